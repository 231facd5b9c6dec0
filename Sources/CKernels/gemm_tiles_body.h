/* The bfloat16 product on tiles: define TILES_MODEL or not, include tiles.h and this.
 *
 * Packed operands are [panel of 16 rows or columns][depth / 32] tiles of 1 KiB, zero padded. */
#include "gemm_tiles.h"

/* Tiles of depth that are summed before a block goes back to memory: a pair of right panels of
 * them, 32 KiB, stays in the L1 cache while the left ones pass by. */
enum { TILE_STEPS = 16 };

typedef struct {
    const uint16_t *left, *right;
    long pitch; /* elements from one panel to the next */
    long steps;
    float *c;
    long stride, rows, columns;
    int accumulate;
} tile_block;

/* The part of a 16 x 16 tile that lies in C, copied to or from a whole one. */
TILE_INLINE void copy_part(float *to, long to_stride, const float *from, long from_stride,
                           long rows, long columns) {
    for (long i = 0; i < rows; i++)
        memcpy(to + i * to_stride, from + i * from_stride, 4 * (size_t)columns);
}

/* Rows or columns of C in half `index` of the block. */
TILE_INLINE long part_of(long count, int index) {
    const long left = count - 16 * index;
    return left < 16 ? left : 16;
}

/* SUM is a literal: instructions name their tiles. */
#define BEGIN_SUM(SUM, I, J)                                                                       \
    do {                                                                                           \
        const long rows_ = part_of(t->rows, I), columns_ = part_of(t->columns, J);                 \
        float *c_ = t->c + (I) * 16 * t->stride + (J) * 16;                                        \
        if (!t->accumulate) {                                                                      \
            tile_zero(set, SUM);                                                                   \
        } else if (rows_ == 16 && columns_ == 16) {                                                \
            tile_load(set, SUM, c_, t->stride * 4);                                                \
        } else {                                                                                   \
            memset(whole, 0, sizeof whole);                                                        \
            copy_part(whole, 16, c_, t->stride, rows_, columns_);                                  \
            tile_load(set, SUM, whole, 64);                                                        \
        }                                                                                          \
    } while (0)

#define END_SUM(SUM, I, J)                                                                         \
    do {                                                                                           \
        const long rows_ = part_of(t->rows, I), columns_ = part_of(t->columns, J);                 \
        float *c_ = t->c + (I) * 16 * t->stride + (J) * 16;                                        \
        if (rows_ == 16 && columns_ == 16) {                                                       \
            tile_store(set, SUM, c_, t->stride * 4);                                               \
        } else {                                                                                   \
            tile_store(set, SUM, whole, 64);                                                       \
            copy_part(c_, t->stride, whole, 16, rows_, columns_);                                  \
        }                                                                                          \
    } while (0)

/* C (+)= left * right for one or two panels of either, constants where it is inlined. */
TILE_INLINE void block(tile_set *set, const tile_block *t, const int down, const int across) {
    float whole[256];
    BEGIN_SUM(0, 0, 0);
    if (across) BEGIN_SUM(1, 0, 1);
    if (down) BEGIN_SUM(2, 1, 0);
    if (down && across) BEGIN_SUM(3, 1, 1);
    const uint16_t *left = t->left, *right = t->right;
    for (long step = 0; step < t->steps; step++, left += NLP_TILE, right += NLP_TILE) {
        tile_load(set, 4, left, 64);
        tile_load(set, 6, right, 64);
        tile_bf16(set, 0, 4, 6);
        if (across) {
            tile_load(set, 7, right + t->pitch, 64);
            tile_bf16(set, 1, 4, 7);
        }
        if (down) {
            tile_load(set, 5, left + t->pitch, 64);
            tile_bf16(set, 2, 5, 6);
            if (across) tile_bf16(set, 3, 5, 7);
        }
    }
    END_SUM(0, 0, 0);
    if (across) END_SUM(1, 0, 1);
    if (down) END_SUM(2, 1, 0);
    if (down && across) END_SUM(3, 1, 1);
}

static TILE_FUNCTION void multiply(const uint16_t *left, long rows, const uint16_t *right,
                                   long depth, long columns, float *c, long stride,
                                   int accumulate) {
    const long steps = (depth + 31) / 32;
    tile_set set;
    tiles_configure(&set, TILE_ROWS, TILE_ROWS);
    for (long step = 0; step < steps; step += TILE_STEPS)
        for (long j = 0; j < columns; j += 32)
            for (long i = 0; i < rows; i += 32) {
                const tile_block t = {.left = left + (i / 16 * steps + step) * NLP_TILE,
                                      .right = right + (j / 16 * steps + step) * NLP_TILE,
                                      .pitch = steps * NLP_TILE,
                                      .steps = steps - step < TILE_STEPS ? steps - step : TILE_STEPS,
                                      .c = c + i * stride + j,
                                      .stride = stride,
                                      .rows = rows - i,
                                      .columns = columns - j,
                                      .accumulate = accumulate || step > 0};
                const int down = rows - i > 16, across = columns - j > 16;
                if (down && across)
                    block(&set, &t, 1, 1);
                else if (down)
                    block(&set, &t, 1, 0);
                else if (across)
                    block(&set, &t, 0, 1);
                else
                    block(&set, &t, 0, 0);
            }
    tiles_release(&set);
}
