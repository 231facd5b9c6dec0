/* The path of 256-bit VNNI, as CPUs without AVX-512 have it. System headers come first,
 * outside of the attribute. */
#if defined(__x86_64__)
#include "int8_path.h"
#include <immintrin.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define PATH_TARGET \
    __attribute__((target("avx2,fma,avxvnni")))
#pragma clang diagnostic ignored "-Wpsabi"
#pragma clang attribute push(PATH_TARGET, apply_to = function)
#define PATH_NAME "avxvnni"
#define PATH_TABLE int8_path_avxvnni
#include "int8_math.h"
#include "int8_ymm.h"
#include "int8_tile_vnni.h"
#include "int8_body.h"
#pragma clang attribute pop
#endif
