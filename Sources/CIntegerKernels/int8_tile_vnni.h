/* Tiles by 256-bit VNNI: 6 rows x 16 outputs in 12 registers. */
#define TILE_ROWS 6
#define TILE_VECTORS 6
#define WIDEST_TILE(rows) 1
#define ROWS_AT_ONCE 192

#include "int8_bytes_operand.h"

INLINE void tile_sums(const operand *o, int m, int panel, const int rows, const int panels,
                      lookahead next, vi *sums) {
    (void)panels, (void)next;
    const long stride = o->x.stride, groups = stride / 4;
    const uint8_t *q = o->x.bytes + m * stride;
    const int8_t *weights = o->packed + panel * groups * 64;
    __m256i low[TILE_ROWS], high[TILE_ROWS];
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) low[i] = high[i] = _mm256_setzero_si256();
    for (long k = 0; k < groups; k++) {
        const __m256i *weight = (const __m256i *)(weights + k * 64);
        const __m256i left = _mm256_loadu_si256(weight), right = _mm256_loadu_si256(weight + 1);
#pragma clang loop unroll(full)
        for (int i = 0; i < rows; i++) {
            int32_t four;
            memcpy(&four, q + i * stride + k * 4, 4);
            const __m256i activation = _mm256_set1_epi32(four);
            low[i] = _mm256_dpbusd_avx_epi32(low[i], activation, left);
            high[i] = _mm256_dpbusd_avx_epi32(high[i], activation, right);
        }
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) sums[i] = joined(low[i], high[i]);
}
