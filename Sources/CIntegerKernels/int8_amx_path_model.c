/* The AMX path on the software model of tiles, for tests on CPUs without them. System headers
 * come first, outside of the attribute. */
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
#define PATH_NAME "amx-model"
#define PATH_TABLE int8_path_amx_model
#include "int8_math.h"
#include "int8_zmm.h"
#define SUMS_OF_TILES int8_sums_tile_model
#include "int8_tile_amx.h"
#include "int8_body.h"
#pragma clang attribute pop
#endif
