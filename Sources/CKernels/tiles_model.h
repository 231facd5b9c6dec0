/* The software model of tile registers: see tiles.h, which includes it. */
#ifndef NLPIPE_TILES_MODEL_H
#define NLPIPE_TILES_MODEL_H
#include <float.h>
#include <math.h>
#include <stddef.h>

#define TILE_FUNCTION
#define TILE_INLINE static inline

typedef struct {
    int rows[8];
    uint8_t data[8][TILE_ROWS][TILE_BYTES];
} tile_set;

TILE_INLINE void tiles_configure(tile_set *set, int upper, int lower) {
    memset(set, 0, sizeof *set);
    for (int t = 0; t < 8; t++)
        set->rows[t] = t >= 6 ? TILE_ROWS : t == 2 || t == 3 || t == 5 ? lower : upper;
}

TILE_INLINE void tiles_release(tile_set *set) { memset(set, 0, sizeof *set); }

TILE_INLINE void tile_zero(tile_set *set, int tile) {
    memset(set->data[tile], 0, sizeof set->data[tile]);
}

/* Rows beyond the configured ones become zero. */
TILE_INLINE void tile_load(tile_set *set, int tile, const void *from, ptrdiff_t stride) {
    tile_zero(set, tile);
    for (int row = 0; row < set->rows[tile]; row++)
        memcpy(set->data[tile][row], (const char *)from + row * stride, TILE_BYTES);
}

TILE_INLINE void tile_store(const tile_set *set, int tile, void *to, ptrdiff_t stride) {
    for (int row = 0; row < set->rows[tile]; row++)
        memcpy((char *)to + row * stride, set->data[tile][row], TILE_BYTES);
}

/* Shapes that do not fit fault on a CPU; here they spoil the result, so that tests notice. */
TILE_INLINE int tile_shapes_fit(tile_set *set, int sum, int left, int right) {
    const int fit = set->rows[sum] > 0 && set->rows[sum] == set->rows[left] &&
                    set->rows[right] == TILE_BYTES / 4;
    if (!fit) memset(set->data[sum], 0xff, sizeof set->data[sum]);
    return fit;
}

/* A denormal counts as zero and becomes zero; nothing asks MXCSR. */
TILE_INLINE float tile_flushed(float x) { return fabsf(x) < FLT_MIN ? copysignf(0, x) : x; }

TILE_INLINE float tile_float_of_bf16(uint16_t half) {
    const uint32_t bits = (uint32_t)half << 16;
    float x;
    memcpy(&x, &bits, 4);
    return tile_flushed(x);
}

/* TDPBF16PS: the even and the odd elements of the pairs are summed apart, with fused
 * multiply-adds, then together, then added to the tile. */
TILE_INLINE void tile_bf16(tile_set *set, int sum, int left, int right) {
    if (!tile_shapes_fit(set, sum, left, right)) return;
    for (int row = 0; row < set->rows[sum]; row++)
        for (int column = 0; column < TILE_BYTES / 4; column++) {
            float part[2] = {0, 0}, total;
            for (int pair = 0; pair < TILE_BYTES / 4; pair++) {
                uint16_t a[2], b[2];
                memcpy(a, set->data[left][row] + 4 * pair, 4);
                memcpy(b, set->data[right][pair] + 4 * column, 4);
                for (int i = 0; i < 2; i++)
                    part[i] = tile_flushed(
                        fmaf(tile_float_of_bf16(a[i]), tile_float_of_bf16(b[i]), part[i]));
            }
            memcpy(&total, set->data[sum][row] + 4 * column, 4);
            total = tile_flushed(tile_flushed(total) + tile_flushed(part[0] + part[1]));
            memcpy(set->data[sum][row] + 4 * column, &total, 4);
        }
    for (int row = set->rows[sum]; row < TILE_ROWS; row++)
        memset(set->data[sum][row], 0, TILE_BYTES);
}

/* TDPBUSD: unsigned times signed bytes, four to a 32-bit sum that wraps around. */
TILE_INLINE void tile_u8s8(tile_set *set, int sum, int left, int right) {
    if (!tile_shapes_fit(set, sum, left, right)) return;
    for (int row = 0; row < set->rows[sum]; row++)
        for (int column = 0; column < TILE_BYTES / 4; column++) {
            uint32_t total;
            memcpy(&total, set->data[sum][row] + 4 * column, 4);
            for (int k = 0; k < TILE_BYTES; k++)
                total += (uint32_t)(set->data[left][row][k] *
                                    (int8_t)set->data[right][k / 4][4 * column + k % 4]);
            memcpy(set->data[sum][row] + 4 * column, &total, 4);
        }
    for (int row = set->rows[sum]; row < TILE_ROWS; row++)
        memset(set->data[sum][row], 0, TILE_BYTES);
}
#endif
