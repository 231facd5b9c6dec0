/* The bfloat16 product on the tiles of AMX. */
#if defined(__x86_64__)
#include "tiles.h"

#include "gemm_tiles_body.h"

TILE_FUNCTION void nlp_tile_multiply_amx(const uint16_t *left, long rows, const uint16_t *right,
                                         long depth, long columns, float *c, long stride,
                                         int accumulate) {
    multiply(left, rows, right, depth, columns, c, stride, accumulate);
}
#endif
