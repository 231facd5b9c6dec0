/* Exact integer sums on the tiles of AMX. */
#include "int8_amx.h"

#include "../CKernels/tiles_cpu.h"

int int8_amx_available(void) { return tiles_available(); }

#if defined(__x86_64__)
#include "../CKernels/tiles.h"

#include "int8_amx_body.h"

TILE_FUNCTION void int8_sums_amx(const uint8_t *q, int stride, int rows, const int8_t *packed,
                                 int groups, int first_panel, int last_panel, int32_t *sums,
                                 int sums_stride) {
    sums_on_tiles(q, stride, rows, packed, groups, first_panel, last_panel, sums, sums_stride);
}
#else
void int8_sums_amx(const uint8_t *q, int stride, int rows, const int8_t *packed, int groups,
                   int first_panel, int last_panel, int32_t *sums, int sums_stride) {
    int8_sums_tile_model(q, stride, rows, packed, groups, first_panel, last_panel, sums,
                         sums_stride);
}
#endif
