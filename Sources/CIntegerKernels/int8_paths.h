#ifndef NLPIPE_INT8_PATHS_H
#define NLPIPE_INT8_PATHS_H
#include "cintegerkernels.h"

/* One product, as the paths see it; the fields are those of nlp_int8_gemm. */
typedef struct {
    const uint8_t *q;
    const float *row_scale;
    const int32_t *zeros;
    const int8_t *packed;
    const int32_t *sums;
    const float *column_scale;
    const float *bias;
    float *out;
    int stride, rows, outputs, depth, first_panel, last_panel, out_stride;
} int8_product;

/* The limits of a row's range: see nlp_int8_quantize_rows. */
#define INT8_LARGEST 1e38f
#define INT8_NARROWEST 1e-30f

/* Scale, zero point and inverse scale of a row from its range; lowest <= 0 <= highest. */
typedef struct {
    float scale, inverse;
    int32_t zero;
} int8_row;

int8_row int8_row_of_range(float lowest, float highest);

void int8_gemm_scalar(const int8_product *p);
void int8_gemm_avx2(const int8_product *p);
void int8_gemm_avx512(const int8_product *p);

void int8_quantize_row_scalar(const float *x, int depth, uint8_t *q, float *scale, int32_t *zero);
void int8_quantize_row_avx2(const float *x, int depth, uint8_t *q, float *scale, int32_t *zero);
void int8_quantize_row_avx512(const float *x, int depth, uint8_t *q, float *scale, int32_t *zero);
#endif
