/* Without the tile kernels the AMX path is not available. */
#include "int8_path.h"

__attribute__((weak)) int int8_amx_available(void) { return 0; }

__attribute__((weak)) void int8_sums_amx(const uint8_t *q, int stride, int rows,
                                         const int8_t *packed, int groups, int first_panel,
                                         int last_panel, int32_t *sums, int sums_stride) {
    (void)q, (void)stride, (void)rows, (void)packed, (void)groups;
    (void)first_panel, (void)last_panel, (void)sums, (void)sums_stride;
}
