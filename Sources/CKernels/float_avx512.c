/* The AVX-512 path: the same source under another target attribute. System headers come first,
 * outside of the attribute. */
#if defined(__x86_64__)
#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define PATH_FMA
#define PATH_MANY_REGISTERS
#define PATH_TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,fma")))
#pragma clang attribute push(PATH_TARGET, apply_to = function)
#define PATH_NAME "avx512"
#define PATH_TABLE nlp_kernels_avx512
#include "float_path.h"
#pragma clang attribute pop
#endif
