#ifndef NLPIPE_CINTEGERKERNELS_H
#define NLPIPE_CINTEGERKERNELS_H
/* The stages of the INT8 model: products of bytes with what stands between them fused to their end.
 *
 * Activations are unsigned bytes with a scale and a zero point per row: x ~ scale * (q - zero).
 * Weights are signed bytes with a scale per output. Sums are 32 bit and exact; float operations
 * have one order and one rounding each. So every path gives the same bits, and a row's result
 * depends neither on the rows beside it nor on how the rows are cut into calls.
 *
 * Float rows are padded: a row of n floats has room for n rounded up to 16, and what the kernels
 * write behind n is of no meaning. No stage allocates; all are free of shared state. */
#include <stddef.h>
#include <stdint.h>

#define NLP_INT8_MAX_DEPTH 32768

/* AVXVNNI: 256-bit VNNI. AVX512: AVX-512 VNNI. AMX: tiles for the products, AVX-512 for the rest.
 * AMX_MODEL: the same with tiles in software, slow, for tests only. */
typedef enum {
    NLP_INT8_SCALAR = 0,
    NLP_INT8_AVX2 = 1,
    NLP_INT8_AVXVNNI = 2,
    NLP_INT8_AVX512 = 3,
    NLP_INT8_AMX = 4,
    NLP_INT8_AMX_MODEL = 5
} nlp_int8_path;

/* The values of nlp_activation in CKernels. */
typedef enum { NLP_INT8_GELU = 0, NLP_INT8_GELU_TANH = 1, NLP_INT8_RELU = 2 } nlp_int8_activation;

/* The path in use: the best one that the CPU has, or what NLPIPE_KERNEL (scalar, avx2, avxvnni,
 * avx512, amx) asks for if the CPU has it. Decided at the first call. */
nlp_int8_path nlp_int8_chosen(void);

/* Non-zero when this CPU can run `path`. */
int nlp_int8_available(nlp_int8_path path);

/* "scalar", "avx2", "avxvnni", "avx512", "amx". */
const char *nlp_int8_name(nlp_int8_path path);

/* ---- Weights ---- */

/* A dense layer x W' + b. sums, scales and bias have one value per output, padded with 0 to a
 * multiple of 16; `packed` is aligned to 64 bytes. depth is at most NLP_INT8_MAX_DEPTH. */
typedef struct {
    const int8_t *packed;
    const int32_t *sums;
    const float *scales;
    const float *bias;
    int32_t outputs, depth;
} nlp_int8_dense;

/* Bytes of a packed weight matrix: outputs rounded up to 16 times depth rounded up to 64. */
size_t nlp_int8_packed_size(int outputs, int depth);

/* Packs the outputs [first, last) of weights [outputs, depth] (row-major; `weights` points at row
 * `first`) as [outputs/16][paddedDepth/4][16][4], zero padded, and stores the sum of every row.
 *
 * `packed` and `sums` belong to the whole matrix. first is a multiple of 16, last also unless it is
 * the number of outputs. Parts may be packed by several threads at once. */
void nlp_int8_pack(nlp_int8_path path, const int8_t *weights, int first, int last, int depth,
                   int8_t *packed, int32_t *sums);

/* Some elements of a sparse matrix: out[i] is the next of `values` where bit first + i of the bitmap
 * (from the lowest of each byte) is set, and 0 where it is not or `available` values are used up.
 *
 * Bits behind the bitmap count as 0. Returns the number of values used. Equal bytes on every path. */
size_t nlp_int8_spread(nlp_int8_path path, const uint8_t *bitmap, size_t bitmap_size, size_t first,
                       size_t count, const int8_t *values, size_t available, int8_t *out);

/* Number of bits that are set. */
size_t nlp_int8_ones(const uint8_t *bitmap, size_t size);

/* ---- Activations ---- */

/* Quantized rows. `stride` is the depth rounded up to 64, and the bytes behind the depth are 0;
 * `bytes` is aligned to 64. */
typedef struct {
    uint8_t *bytes;
    float *scales;
    int32_t *zeros;
    int32_t depth, stride;
} nlp_int8_rows;

/* The same rows from row `first` on. */
static inline nlp_int8_rows nlp_int8_rows_from(nlp_int8_rows rows, long first) {
    rows.bytes += first * rows.stride;
    rows.scales += first;
    rows.zeros += first;
    return rows;
}

/* Quantizes rows of out.depth floats, `stride` floats apart.
 *
 * The range of a row is [min(x, 0), max(x, 0)], so that 0 is exact: scale = range / 255, zero =
 * round(-min / scale), q = round(x / scale) + zero within 0...255, halves to even. NaN counts as 0,
 * infinities as +-1e38. A row narrower than 1e-30 becomes all zero with scale 0. */
void nlp_int8_quantize(nlp_int8_path path, const float *x, long stride, int rows,
                       nlp_int8_rows out);

/* ---- Stages ---- */

/* Bytes of scratch memory (aligned to 64) for calls of up to `rows` rows, with layers of up to
 * `depth` and `outputs`, and attention over up to `tokens` tokens of `width` = heads * head size,
 * which is 0 where there is none. */
size_t nlp_int8_scratch_size(int rows, int depth, int outputs, int tokens, int width);

/* out = x W' + b as float rows, `out_stride` floats apart (at least outputs rounded up to 16):
 * out[m, n] = fma((sum_k q[m, k] w[n, k] - zero[m] sums[n]) * x.scale[m], scale[n], bias[n]). */
void nlp_int8_dense_float(nlp_int8_path path, const nlp_int8_dense *dense, nlp_int8_rows x,
                          int rows, float *out, long out_stride, void *scratch);

/* out = quantized f(x W' + b). GELU by the error function: absolute error below 1e-6, or 3e-7 of
 * the value where that is more. */
void nlp_int8_dense_activation(nlp_int8_path path, const nlp_int8_dense *dense, nlp_int8_rows x,
                               int rows, nlp_int8_activation f, nlp_int8_rows out, void *scratch);

/* out = norm(x W' + b + residual) * gamma + beta as float rows and, unless quantized.bytes is NULL,
 * as quantized rows. norm(s) = (s - mean) / sqrt(variance + epsilon). All float rows are `stride`
 * floats apart; out may be residual. */
void nlp_int8_dense_norm(nlp_int8_path path, const nlp_int8_dense *dense, nlp_int8_rows x, int rows,
                         const float *residual, const float *gamma, const float *beta,
                         float epsilon, float *out, long stride, nlp_int8_rows quantized,
                         void *scratch);

/* The norm of float rows of `columns`, in place, and their quantized rows as above. */
void nlp_int8_norm(nlp_int8_path path, float *x, long stride, int rows, int columns,
                   const float *gamma, const float *beta, float epsilon, nlp_int8_rows quantized);

/* Attention of one sequence: softmax(q k' / sqrt(head_size)) v in float32 for every head, heads
 * side by side, then quantized per token. Rows of qkv are `stride` floats: queries of all heads,
 * keys, values. */
void nlp_int8_attention(nlp_int8_path path, const float *qkv, long stride, int tokens, int heads,
                        int head_size, nlp_int8_rows context, void *scratch);

/* ---- Embedding tables ---- */

/* out += x. */
void nlp_int8_add(nlp_int8_path path, const float *x, int count, float *out);

/* out = scale * q, or out += scale * q when `add` is not 0: one row of an INT8 table. */
void nlp_int8_expand(nlp_int8_path path, const int8_t *q, float scale, int count, int add,
                     float *out);

/* One row of an INT4 table: element i is the low (even i) or high (odd i) half of byte i / 2, minus
 * 8, times the scale of its group of `group` elements. Written or added to `out`. */
void nlp_int4_expand(nlp_int8_path path, const uint8_t *q, const float *scales, int group,
                     int count, int add, float *out);
#endif
