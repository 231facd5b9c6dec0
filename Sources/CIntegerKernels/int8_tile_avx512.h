/* Tiles by AVX-512 VNNI: 12 rows x 32 outputs or 6 x 64, in 24 registers. */
#define WIDE_TILES
#define TILE_ROWS 12
#define TILE_VECTORS 24
#define WIDEST_TILE(rows) ((rows) <= 6 ? 4 : 2)
#define ROWS_AT_ONCE 192

#include "int8_bytes_operand.h"
INLINE void tile_sums(const operand *o, int m, int panel, const int rows, const int panels,
                      lookahead next, vi *sums) {
    const long stride = o->x.stride, groups = stride / 4;
    const uint8_t *q = o->x.bytes + m * stride;
    const int8_t *weights = o->packed + panel * groups * 64;
    __m512i total[TILE_VECTORS];
#pragma clang loop unroll(full)
    for (int i = 0; i < rows * panels; i++) total[i] = _mm512_setzero_si512();
    for (long k = 0; k < groups; k++, next.at += next.step) {
        __m512i weight[4];
        __builtin_prefetch(next.at, 0, 2);
#pragma clang loop unroll(full)
        for (int j = 0; j < panels; j++)
            weight[j] = _mm512_loadu_si512(weights + (j * groups + k) * 64);
#pragma clang loop unroll(full)
        for (int i = 0; i < rows; i++) {
            int32_t four;
            memcpy(&four, q + i * stride + k * 4, 4);
            const __m512i activation = _mm512_set1_epi32(four);
#pragma clang loop unroll(full)
            for (int j = 0; j < panels; j++)
                total[i * panels + j] =
                    _mm512_dpbusd_epi32(total[i * panels + j], activation, weight[j]);
        }
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < rows * panels; i++) sums[i] = (vi)total[i];
}
