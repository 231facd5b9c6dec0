/* The sums on the software model of tiles, which tests compare with plain loops. */
#include "int8_amx.h"

#define TILES_MODEL
#include "../CKernels/tiles.h"

#include "int8_amx_body.h"

void int8_sums_tile_model(const uint8_t *q, int stride, int rows, const int8_t *packed, int groups,
                          int first_panel, int last_panel, int32_t *sums, int sums_stride) {
    sums_on_tiles(q, stride, rows, packed, groups, first_panel, last_panel, sums, sums_stride);
}
