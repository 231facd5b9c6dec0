/* Whether this process may use AMX tiles. */
#ifndef NLPIPE_TILES_CPU_H
#define NLPIPE_TILES_CPU_H
#include <pthread.h>

#if defined(__x86_64__) && defined(__linux__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>

/* CPUID leaf 7 has the tiles (24), bfloat16 (22) and INT8 (25), and the system saves their state. */
static int tiles_in_cpu(void) {
    unsigned a, b, c, d, low, high;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & (1u << 27))) return 0; /* OSXSAVE */
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    if ((low & 0x600e6) != 0x600e6 || !__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 0;
    const unsigned avx512 = (1u << 16) | (1u << 17) | (1u << 30) | (1u << 31);
    const unsigned tiles = (1u << 22) | (1u << 24) | (1u << 25);
    return (b & avx512) == avx512 && (d & tiles) == tiles;
}

/* Linux gives the tiles' memory to processes that ask for it. It refuses with ENOSPC while an
 * alternate signal stack is too small to hold them: then they count as not available. */
static int tiles_granted(void) {
    enum { ARCH_REQ_XCOMP_PERM = 0x1023, XFEATURE_XTILEDATA = 18 };
    return syscall(SYS_arch_prctl, ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA) == 0;
}

static int tiles_usable;
static void tiles_ask(void) { tiles_usable = tiles_in_cpu() && tiles_granted(); }

/* Asks once. */
static int tiles_available(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, tiles_ask);
    return tiles_usable;
}
#else
static int tiles_available(void) { return 0; }
#endif
#endif
