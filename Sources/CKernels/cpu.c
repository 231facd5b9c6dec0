#include "ckernels.h"

#if defined(__x86_64__)
#include <cpuid.h>

int nlp_cpu_level(void) {
    unsigned a, b, c, d, lo, hi;
    const unsigned needed = (1u << 27) | (1u << 12); /* OSXSAVE, FMA */
    if (!__get_cpuid(1, &a, &b, &c, &d) || (c & needed) != needed) return 0;
    __asm__ volatile("xgetbv" : "=a"(lo), "=d"(hi) : "c"(0));
    if ((lo & 6) != 6 || !__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 0;
    const unsigned avx512 = (1u << 16) | (1u << 17) | (1u << 30) | (1u << 31);
    if ((lo & 0xe6) == 0xe6 && (b & avx512) == avx512) return 2;
    return b & (1u << 5) ? 1 : 0;
}
#else
int nlp_cpu_level(void) { return 0; }
#endif
