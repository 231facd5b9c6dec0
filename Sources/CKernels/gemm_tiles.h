/* The functions behind nlp_tile_kernels. */
#ifndef NLPIPE_GEMM_TILES_H
#define NLPIPE_GEMM_TILES_H
#include "cgemm.h"

void nlp_tile_multiply_amx(const uint16_t *left, long rows, const uint16_t *right, long depth,
                           long columns, float *c, long stride, int accumulate);
void nlp_tile_multiply_model(const uint16_t *left, long rows, const uint16_t *right, long depth,
                             long columns, float *c, long stride, int accumulate);

void nlp_tile_pack_plain(const float *x, long stride, int along_depth, long depth, long count,
                         int right, long first, long last, uint16_t *packed);
#endif
