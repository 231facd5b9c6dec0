/* Exact integer sums on AMX tiles. */
#ifndef NLPIPE_INT8_AMX_H
#define NLPIPE_INT8_AMX_H
#include <stdint.h>

/* Non-zero when this CPU has AMX tiles and the system lets this process use them. */
int int8_amx_available(void);

/* sums[m * sums_stride + n] = sum over k of q[m, k] * w[n, k] for n in [16 first_panel,
 * 16 last_panel), in 32 bits. q has rows of `stride` bytes, zero padded to 4 * groups, which is a
 * multiple of 64; w is packed as [n / 16][groups][16][4]. Rows of `sums` hold whole panels. */
void int8_sums_amx(const uint8_t *q, int stride, int rows, const int8_t *packed, int groups,
                   int first_panel, int last_panel, int32_t *sums, int sums_stride);

/* The same on the software model of tiles. */
void int8_sums_tile_model(const uint8_t *q, int stride, int rows, const int8_t *packed, int groups,
                          int first_panel, int last_panel, int32_t *sums, int sums_stride);
#endif
