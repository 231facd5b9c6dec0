/* The AVX2 path: the same source under another target attribute. System headers come first, outside
 * of the attribute. */
#if defined(__x86_64__)
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define PATH_FMA
#define PATH_TARGET __attribute__((target("avx2,fma")))
#pragma clang attribute push(PATH_TARGET, apply_to = function)
#define PATH_NAME "avx2"
#define PATH_TABLE nlp_kernels_avx2
#include "float_path.h"
#pragma clang attribute pop
#endif
