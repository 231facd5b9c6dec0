#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cceilings.h"

enum { LEAF7_EDX_BF16 = 1 << 22, LEAF7_EDX_TILE = 1 << 24, LEAF7_EDX_INT8 = 1 << 25 };
enum { LEAF7_1_EAX_AVXVNNI = 1 << 4 };
enum { REQUEST_PERMISSION = 0x1023, TILE_DATA = 18 };

static int has_avx_vnni(void) {
    unsigned a = 0, b, c, d;
    return __builtin_cpu_supports("avx2") && __get_cpuid_count(7, 1, &a, &b, &c, &d) &&
           (a & LEAF7_1_EAX_AVXVNNI);
}

/* The processor has tiles and the kernel hands out their memory. */
static int has_tiles(unsigned wanted) {
    unsigned a, b, c, d = 0;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 0;
    if ((d & (wanted | LEAF7_EDX_TILE)) != (wanted | LEAF7_EDX_TILE)) return 0;
    return syscall(SYS_arch_prctl, REQUEST_PERMISSION, TILE_DATA) == 0;
}

int ceiling_available(ceiling_kind kind) {
    switch (kind) {
    case CEILING_FLOAT_AVX2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case CEILING_FLOAT_AVX512: return __builtin_cpu_supports("avx512f");
    case CEILING_INT8_AVXVNNI: return has_avx_vnni();
    case CEILING_INT8_AVX512: return __builtin_cpu_supports("avx512vnni");
    case CEILING_BFLOAT16_AMX: return has_tiles(LEAF7_EDX_BF16);
    case CEILING_INT8_AMX: return has_tiles(LEAF7_EDX_INT8);
    case CEILING_COUNT: break;
    }
    return 0;
}

const char *ceiling_name(ceiling_kind kind) {
    static const char *const names[CEILING_COUNT] = {
        "float32 avx2", "float32 avx512", "int8 avx-vnni", "int8 avx512-vnni", "bfloat16 amx",
        "int8 amx",
    };
    return kind < CEILING_COUNT ? names[kind] : "";
}
