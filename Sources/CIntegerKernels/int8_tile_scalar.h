/* The obvious tile. */

/* What fits into the registers: rows of attention's tiles, chains of a row's range. */
#define MOST_ROWS 3
#define CHAINS 1

#define TILE_ROWS 6
#define TILE_VECTORS 6
#define WIDEST_TILE(rows) 1
#define ROWS_AT_ONCE INT8_BLOCK

#include "int8_bytes_operand.h"
typedef vi correction;
typedef int32_t factor;

INLINE correction correction_of(vi column_sums) { return column_sums; }
INLINE factor factor_of(int32_t zero) { return zero; }
INLINE vi corrected(vi sum, factor zero, correction columns) { return sum - zero * columns; }

static void tile_sums(const operand *o, int m, int panel, int rows, int panels, lookahead next,
                      vi *sums) {
    (void)next;
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < panels; j++)
            for (int n = 0; n < LANES; n++) {
                const uint8_t *q = o->x.bytes + (long)(m + i) * o->x.stride;
                const int8_t *weights = o->packed + (panel + j) * o->x.stride * LANES + n * 4;
                int32_t sum = 0;
                for (long k = 0; k < o->x.stride; k++) sum += q[k] * weights[k / 4 * 64 + k % 4];
                sums[i * panels + j][n] = sum;
            }
}

INLINE void store_bytes(uint8_t *bytes, const vi q[4]) {
    for (int i = 0; i < 64; i++) {
        const int32_t level = q[i / LANES][i % LANES];
        bytes[i] = (uint8_t)(level < 0 ? 0 : level > 255 ? 255 : level);
    }
}
