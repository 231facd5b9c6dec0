#ifndef NLPIPE_CINTEGERKERNELS_H
#define NLPIPE_CINTEGERKERNELS_H
/* Integer kernels of the INT8 model. Every path (scalar, AVX2, AVX-512 VNNI) gives the same bits.
 *
 * Activations are unsigned bytes with a scale and a zero point per row: x ~ scale * (q - zero).
 * Weights are signed bytes in -127...127 with a scale per output channel. Sums are 32 bit and exact:
 * depth must be at most NLP_INT8_MAX_DEPTH. */
#include <stddef.h>
#include <stdint.h>

#define NLP_INT8_MAX_DEPTH 32768

typedef enum { NLP_INT8_SCALAR = 0, NLP_INT8_AVX2 = 1, NLP_INT8_AVX512 = 2 } nlp_int8_path;

/* The path in use: the best one that the CPU has, or what NLPIPE_KERNEL (scalar, avx2, avx512) asks
 * for if the CPU has it. Decided at the first call. */
nlp_int8_path nlp_int8_chosen(void);

/* Non-zero when this CPU can run `path`. */
int nlp_int8_available(nlp_int8_path path);

/* Bytes of a packed weight matrix, a multiple of 64; the pointer must be 64-byte aligned. */
size_t nlp_int8_packed_size(int outputs, int depth);

/* Packs weights [outputs, depth] (row-major) as [outputs/16][depth/4][16][4], zero padded, and
 * stores the sum of every row in sums[outputs rounded up to 16]. */
void nlp_int8_pack(const int8_t *weights, int outputs, int depth, int8_t *packed, int32_t *sums);

/* Quantizes rows of float32 [rows, depth] to bytes with row length `stride` (depth rounded up to 4,
 * padding written as 0), round half to even.
 *
 * The range of a row is [min(x, 0), max(x, 0)], so that 0 is exact. NaN counts as 0, infinities as
 * +-1e38. A row narrower than 1e-30 becomes all zero with scale 0. */
void nlp_int8_quantize_rows(nlp_int8_path path, const float *x, int rows, int depth, uint8_t *q,
                            int stride, float *scales, int32_t *zeros);

/* out[m, n] = (sum_k q[m, k] w[n, k] - zero[m] sums[n]) * (row_scale[m] * column_scale[n]) + bias[n]
 * for m in [0, rows) and the panels of 16 outputs in [first_panel, last_panel); columns from
 * `outputs` on are not written. sums, column_scale and bias are padded to a multiple of 16.
 * `q` rows are `stride` bytes; `out` rows are `out_stride` floats. */
void nlp_int8_gemm(nlp_int8_path path, const uint8_t *q, int stride, const float *row_scale,
                   const int32_t *zeros, int rows, const int8_t *packed, const int32_t *sums,
                   const float *column_scale, const float *bias, int outputs, int depth,
                   int first_panel, int last_panel, float *out, int out_stride);

/* out[i] = scale * q[i]: one row of an INT8 table. */
void nlp_int8_expand_row(const int8_t *q, float scale, int count, float *out);

/* One row of an INT4 table: element i is the low (even i) or high (odd i) half of byte i / 2, minus
 * 8, times the scale of its group of `group` elements. */
void nlp_int4_expand_row(const uint8_t *q, const float *scales, int group, int count, float *out);
#endif
