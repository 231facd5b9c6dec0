#ifndef NLPIPE_CGEMM_H
#define NLPIPE_CGEMM_H
/* Large matrix products. All matrices are row-major; `stride` is the length of a row as stored, in
 * elements. An operand op(B) of `depth` rows and `columns` columns is stored transposed, that is as
 * [columns, depth], when `transposed` is non-zero.
 *
 * Every element of a result is one sum over the depth in rising order, whatever the cut into
 * blocks: callers may divide rows and columns as they like and get the same bits. */
#include <stdint.h>

/* C += A * B in double precision, one product after the other: the twin of all that follows.
 * Element (i, k) of A is a[i * a_row + k * a_depth], (k, j) of B is b[k * b_depth + j * b_column]. */
void nlp_gemm_plain(const float *a, long a_row, long a_depth, const float *b, long b_depth,
                    long b_column, long rows, long columns, long depth, double *c);

/* ---- float32 on AVX-512 with fused multiply-adds ---- */

/* Columns in a panel of a packed operand: three vectors. */
#define NLP_GEMM_WIDTH 48

/* Non-zero when this CPU can run the nlp_gemm_* functions. */
int nlp_gemm_available(void);

/* Packs the panels [first, last) of op(B) as [panel][depth][48], zero padded; `packed` is where
 * panel `first` goes. With `rounded` the values are rounded to bfloat16 (see nlp_bf16_round). */
void nlp_gemm_pack(const float *b, long stride, int transposed, long depth, long columns,
                   int rounded, long first, long last, float *packed);

/* C = A * B, or C += A * B, for rows of A that are `stride_a` apart and B packed with `columns`
 * columns. */
void nlp_gemm_rows(const float *a, long stride_a, long rows, const float *packed, long depth,
                   long columns, float *c, long stride, int accumulate);

/* C = A' * op(B), or C += it, for A stored as [depth, rows]; `rounded` as in nlp_gemm_pack for B.
 * With `turned` the transpose of the product is stored: element (i, j) in c[j * stride + i]; a sum
 * is then complete before it is added to C. `scratch` is for the packed op(B). */
void nlp_gemm_columns(const float *a, long stride_a, long rows, const float *b, long stride_b,
                      int transposed, long depth, long columns, int rounded, float *c, long stride,
                      int turned, int accumulate, float *scratch);

/* y = x rounded to the nearest bfloat16, ties to even; infinities stay, NaN stays NaN. y may be x. */
void nlp_bf16_round(const float *x, long count, float *y);

/* ---- bfloat16 with float32 sums on AMX tiles ---- */

/* Non-zero when this CPU has AMX tiles with bfloat16 and INT8 and the system lets this process use
 * them, which the first call asks for. */
int nlp_tiles_available(void);

/* Elements of a tile: 16 rows or columns by 32 of depth. */
#define NLP_TILE 512

typedef struct {
    /* Rounds panels of 16 rows of A or columns of B, [first, last) of all `count`, to bfloat16 and
     * packs them as [panel][depth / 32][NLP_TILE], zero padded; `packed` is where panel `first`
     * goes. x has rows of `stride` floats, which run along the depth if `along_depth`, otherwise
     * across it. `right` is non-zero for B. */
    void (*pack)(const float *x, long stride, int along_depth, long depth, long count, int right,
                 long first, long last, uint16_t *packed);
    /* C = A * B, or C += A * B, for packed operands. */
    void (*multiply)(const uint16_t *left, long rows, const uint16_t *right, long depth,
                     long columns, float *c, long stride, int accumulate);
} nlp_tile_kernels;

/* The kernels on AMX, or NULL when they are not available; with `model` those on a software model
 * of the tiles, which every CPU has. */
const nlp_tile_kernels *nlp_tile_kernels_at(int model);

/* `pack` of the kernels on AMX, which needs AVX-512 only (see nlp_gemm_available). */
void nlp_tile_pack_vectors(const float *x, long stride, int along_depth, long depth, long count,
                           int right, long first, long last, uint16_t *packed);

#endif
