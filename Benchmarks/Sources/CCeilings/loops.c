#include "loops.h"

#include <immintrin.h>
#include <stdint.h>
#include <string.h>

/* Twelve sums in flight hide five cycles of latency on two ports and fit the registers. The empty
 * asm claims to change each sum, so the compiler can neither merge nor drop them. */
enum { SUMS = 12 };
#define KEEP(x) __asm__ volatile("" : "+v"(x))

#define LOOP(name, features, type, zero, step, operations)                        \
    __attribute__((target(features))) double name(long rounds) {                  \
        type sums[SUMS], a = zero, b = zero;                                      \
        KEEP(a);                                                                  \
        KEEP(b);                                                                  \
        for (int i = 0; i < SUMS; i++) sums[i] = zero;                            \
        for (long r = 0; r < rounds; r++) {                                       \
            _Pragma("clang loop unroll(full)") for (int i = 0; i < SUMS; i++) {   \
                sums[i] = step;                                                   \
                KEEP(sums[i]);                                                    \
            }                                                                     \
        }                                                                         \
        return (double)SUMS * (operations);                                       \
    }

LOOP(loop_float_avx2, "avx2,fma", __m256, _mm256_setzero_ps(), _mm256_fmadd_ps(a, b, sums[i]), 16)
LOOP(loop_float_avx512, "avx512f", __m512, _mm512_setzero_ps(), _mm512_fmadd_ps(a, b, sums[i]), 32)
LOOP(loop_int8_avxvnni, "avx2,avxvnni", __m256i, _mm256_setzero_si256(),
     _mm256_dpbusd_avx_epi32(sums[i], a, b), 64)
LOOP(loop_int8_avx512, "avx512f,avx512vnni", __m512i, _mm512_setzero_si512(),
     _mm512_dpbusd_epi32(sums[i], a, b), 128)

typedef struct {
    uint8_t palette, start, reserved[14];
    uint16_t bytes[16];
    uint8_t rows[16];
} tile_config;

#define TILES __attribute__((target("amx-tile,amx-bf16,amx-int8")))

TILES static void begin_tiles(void) {
    static const uint8_t zeros[1024];
    tile_config config;
    memset(&config, 0, sizeof config);
    config.palette = 1;
    for (int i = 0; i < 8; i++) {
        config.bytes[i] = 64;
        config.rows[i] = 16;
    }
    _tile_loadconfig(&config);
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
    _tile_loadd(4, zeros, 64);
    _tile_loadd(5, zeros, 64);
    _tile_loadd(6, zeros, 64);
    _tile_loadd(7, zeros, 64);
}

TILES double loop_bfloat16_amx(long rounds) {
    begin_tiles();
    for (long r = 0; r < rounds; r++) {
        _tile_dpbf16ps(0, 4, 6);
        _tile_dpbf16ps(1, 4, 7);
        _tile_dpbf16ps(2, 5, 6);
        _tile_dpbf16ps(3, 5, 7);
    }
    _tile_release();
    return 4.0 * 2 * 16 * 16 * 32;
}

TILES double loop_int8_amx(long rounds) {
    begin_tiles();
    for (long r = 0; r < rounds; r++) {
        _tile_dpbusd(0, 4, 6);
        _tile_dpbusd(1, 4, 7);
        _tile_dpbusd(2, 5, 6);
        _tile_dpbusd(3, 5, 7);
    }
    _tile_release();
    return 4.0 * 2 * 16 * 16 * 64;
}
