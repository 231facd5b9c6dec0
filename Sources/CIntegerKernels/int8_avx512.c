/* The AVX-512 VNNI path. System headers come first, outside of the attribute. */
#if defined(__x86_64__)
#include "int8_path.h"
#include <immintrin.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define PATH_TARGET \
    __attribute__((target("avx2,fma,avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")))
#pragma clang diagnostic ignored "-Wpsabi"
#pragma clang attribute push(PATH_TARGET, apply_to = function)
#define PATH_NAME "avx512"
#define PATH_TABLE int8_path_avx512
#include "int8_math.h"
#include "int8_zmm.h"
#include "int8_tile_avx512.h"
#include "int8_body.h"
#pragma clang attribute pop
#endif
