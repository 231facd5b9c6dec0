#ifndef NLPIPE_CKERNELS_H
#define NLPIPE_CKERNELS_H
/* Row operations in float32: everything of an encoder but its large matrix products.
 *
 * One source of 16-lane vector code is compiled for the portable baseline, AVX2 with FMA and AVX-512.
 * Every sum has a fixed order over 16 lanes, so a path gives the same bits at any alignment and on
 * any number of threads; paths differ by the roundings that a fused multiply-add saves. Matrices
 * are row-major; `columns` is the length of a row. */
#include <stdint.h>

/* Best level of this CPU: 0 portable, 1 AVX2 and FMA, 2 AVX-512 (F, BW, VL, DQ). */
int nlp_cpu_level(void);

/* Asks the system to back memory that begins at a multiple of 4096 bytes by large pages. */
void nlp_use_large_pages(void *memory, long bytes);

/* Zeros that take memory only where they are written, or NULL; to be given back with their size. */
void *nlp_map_zeros(long bytes);
void nlp_unmap_zeros(void *memory, long bytes);

typedef enum { NLP_GELU = 0, NLP_GELU_TANH = 1, NLP_RELU = 2 } nlp_activation;

/* A dropout mask: element (row, column) is kept when its 32-bit hash under `key` is at least
 * `threshold`, and then multiplied by `scale`. threshold 0 keeps everything unscaled. */
typedef struct {
    uint64_t key;
    uint32_t threshold;
    float scale;
} nlp_mask;

/* One head of one sequence. q, k, v point at its first token and channel and have rows of
 * `stride` floats; `length` tokens, `size` channels. first_row numbers the rows of the mask. */
typedef struct {
    const float *q, *k, *v;
    long stride, length, size;
    float scale;
    nlp_mask mask;
    uint64_t first_row;
} nlp_head;

/* What one step of AdamW does to weights whose gradient is 0. */
typedef struct {
    float rate, root, decay;
} nlp_adamw_step;

typedef struct {
    const char *name;

    /* y = f(x + bias); with keep also x += bias, otherwise y may be x. */
    void (*bias_activation)(nlp_activation f, float *x, const float *bias, long rows, long columns,
                            float *y, int keep);
    /* dy *= f'(x), y = f(x), and sums += column sums of the new dy. */
    void (*activation_backward)(nlp_activation f, const float *x, long rows, long columns,
                                float *dy, float *y, float *sums);
    /* x += bias. */
    void (*add_bias)(float *x, const float *bias, long rows, long columns);
    /* y = mask(x); sums += column sums of y unless sums is NULL. y may be x. */
    void (*mask_rows)(const float *x, nlp_mask mask, uint64_t first_row, long rows, long columns,
                      float *y, float *sums);
    /* sums += column sums of x. */
    void (*column_sums)(const float *x, long rows, long columns, float *sums);
    /* sums += column sums of a * b. */
    void (*product_sums)(const float *a, const float *b, long rows, long columns, float *sums);

    /* s = mask(x + bias) + residual (bias, residual may be NULL); y = (s - mean) * rstd * gamma +
     * beta with rstd = 1 / sqrt(variance + epsilon). Stores (s - mean) * rstd and rstd for the
     * backward pass; y may be x, normal may be y when no backward pass follows. */
    void (*norm)(const float *x, const float *bias, const float *residual, nlp_mask mask,
                 uint64_t first_row, long rows, long columns, const float *gamma,
                 const float *beta, float epsilon, float *normal, float *rstd, float *y);
    /* ds from dy; dgamma, dbeta += their column sums. ds may be dy. */
    void (*norm_backward)(const float *dy, const float *normal, const float *rstd,
                          const float *gamma, long rows, long columns, float *ds, float *dgamma,
                          float *dbeta);
    /* Softmax of every row; y may be x. */
    void (*softmax)(const float *x, long rows, long columns, float *y);
    /* Natural exponential of every element. */
    void (*exponential)(const float *x, long count, float *y);

    /* context = mask(P) v with P = softmax(scale q k'). probabilities: length rows of length
     * rounded up to 16, padding 0. scratch: nlp_attention_scratch floats. */
    void (*attention)(const nlp_head *head, float *probabilities, float *context,
                      long context_stride, float *scratch);
    /* dq, dk, dv (rows of head->stride floats, written) from the stored P and dcontext. */
    void (*attention_backward)(const nlp_head *head, const float *probabilities,
                               const float *dcontext, long context_stride, float *dq, float *dk,
                               float *dv, float *scratch);

    /* y += a * x. */
    void (*axpy)(float a, const float *x, long count, float *y);
    /* x *= a. */
    void (*scale)(float a, float *x, long count);
    /* Sum of squares in double. */
    double (*sum_squares)(const float *x, long count);
    /* One AdamW step: with d = g * gradient_scale, m = m * beta1 + d * rest1,
     * v = v * beta2 + d * d * rest2, then p -= p * decay + rate * m / (sqrt(v) * root + epsilon).
     * rest = 1 - beta is the caller's because float32 would lose 1e-5 of it. */
    void (*adamw)(float *p, const float *g, float *m, float *v, long count, float gradient_scale,
                  float beta1, float rest1, float beta2, float rest2, float rate, float root,
                  float epsilon, float decay);
    /* The same bits as `step_count` calls of adamw with g = 0, one for each of `steps`. `peak` is
     * the largest rate among them, or negative when no step may be cut short. */
    void (*adamw_idle)(float *p, float *m, float *v, long count, const nlp_adamw_step *steps,
                       long step_count, float beta1, float beta2, float epsilon, float peak);
} nlp_kernels;

/* Floats of scratch memory that the attention kernels need. */
long nlp_attention_scratch(long length, long size);

/* The kernels of a level, or NULL when the CPU (or the build) does not have it. */
const nlp_kernels *nlp_kernels_at(int level);
#endif
