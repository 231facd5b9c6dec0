/* What every path provides; the functions are those of cintegerkernels.h without their first
 * argument. */
#ifndef NLPIPE_INT8_PATH_H
#define NLPIPE_INT8_PATH_H
#include "cintegerkernels.h"
#include "int8_amx.h"

typedef struct {
    const char *name;
    void (*pack)(const int8_t *weights, int first, int last, int depth, int8_t *packed,
                 int32_t *sums);
    void (*quantize)(const float *x, long stride, int rows, nlp_int8_rows out);
    void (*dense_float)(const nlp_int8_dense *dense, nlp_int8_rows x, int rows, float *out,
                        long out_stride, void *scratch);
    void (*dense_activation)(const nlp_int8_dense *dense, nlp_int8_rows x, int rows,
                             nlp_int8_activation f, nlp_int8_rows out, void *scratch);
    void (*dense_norm)(const nlp_int8_dense *dense, nlp_int8_rows x, int rows,
                       const float *residual, const float *gamma, const float *beta, float epsilon,
                       float *out, long stride, nlp_int8_rows quantized, void *scratch);
    void (*norm)(float *x, long stride, int rows, int columns, const float *gamma,
                 const float *beta, float epsilon, nlp_int8_rows quantized);
    void (*attention)(const float *qkv, long stride, int tokens, int heads, int head_size,
                      nlp_int8_rows context, void *scratch);
    void (*add)(const float *x, int count, float *out);
    void (*expand)(const int8_t *q, float scale, int count, int add, float *out);
    void (*expand_nibbles)(const uint8_t *q, const float *scales, int group, int count, int add,
                           float *out);
} int8_path;

extern const int8_path int8_path_scalar;
#if defined(__x86_64__)
extern const int8_path int8_path_avx2, int8_path_avxvnni, int8_path_avx512;
extern const int8_path int8_path_amx, int8_path_amx_model;
#endif

/* Rows of one pass over the weights: their floats, 6 KB a row in a wide layer, stay in the L2
 * cache. */
#define INT8_BLOCK 64

/* Weights of the panels that come next, one cache line a step. */
typedef struct {
    const char *at;
    long step;
} lookahead;

/* The next `bytes` of scratch memory, aligned to 64. */
static inline void *int8_take(char **scratch, size_t bytes) {
    void *start = *scratch;
    *scratch += (bytes + 63) / 64 * 64;
    return start;
}

/* `rows` rows are summed in tiles of nearly equal height, at most `most` each: their number, and where
 * tile t of `count` begins. */
static inline int int8_tile_count(int rows, int most) { return (rows + most - 1) / most; }
static inline int int8_tile_first(int rows, int t, int count) {
    return (int)((long)rows * t / count);
}

static inline long block_rows(long rows) { return rows < INT8_BLOCK ? rows : INT8_BLOCK; }

static inline long int8_padded(long count, long step) { return (count + step - 1) / step * step; }
#endif
