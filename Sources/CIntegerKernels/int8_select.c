/* Which path runs, and the way into it. */
#include "int8_path.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>

/* Operating-system support for the registers in `wanted` (bits of XCR0). */
static int saves(unsigned wanted) {
    unsigned a, b, c, d, low, high;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & (1u << 27))) return 0; /* OSXSAVE */
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (low & wanted) == wanted;
}

static int has_avx2(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

static int has_avx_vnni(void) {
    unsigned a, b, c, d;
    if (!has_avx2() || !saves(6) || !__get_cpuid_count(7, 1, &a, &b, &c, &d)) return 0;
    return (a & (1u << 4)) != 0;
}

static int has_avx512(void) {
    return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vnni");
}

int nlp_int8_available(nlp_int8_path path) {
    switch (path) {
    case NLP_INT8_SCALAR:
        return 1;
    case NLP_INT8_AVX2:
        return has_avx2();
    case NLP_INT8_AVXVNNI:
        return has_avx_vnni();
    case NLP_INT8_AVX512:
        return has_avx512();
    case NLP_INT8_AMX:
        return has_avx512() && int8_amx_available();
    case NLP_INT8_AMX_MODEL:
        return has_avx512();
    }
    return 0;
}

static const int8_path *const paths[] = {&int8_path_scalar, &int8_path_avx2, &int8_path_avxvnni,
                                         &int8_path_avx512, &int8_path_amx,
                                         &int8_path_amx_model};
#else
int nlp_int8_available(nlp_int8_path path) { return path == NLP_INT8_SCALAR; }

static const int8_path *const paths[] = {&int8_path_scalar, &int8_path_scalar, &int8_path_scalar,
                                         &int8_path_scalar, &int8_path_scalar,
                                         &int8_path_scalar};
#endif

const char *nlp_int8_name(nlp_int8_path path) { return paths[path]->name; }

static nlp_int8_path decide(void) {
    const char *wanted = getenv("NLPIPE_KERNEL");
    for (int path = NLP_INT8_SCALAR; wanted && path <= NLP_INT8_AMX; path++)
        if (!strcmp(wanted, paths[path]->name) && nlp_int8_available((nlp_int8_path)path))
            return (nlp_int8_path)path;
    for (int path = NLP_INT8_AMX; path > NLP_INT8_SCALAR; path--)
        if (nlp_int8_available((nlp_int8_path)path)) return (nlp_int8_path)path;
    return NLP_INT8_SCALAR;
}

nlp_int8_path nlp_int8_chosen(void) {
    static _Atomic int chosen = -1;
    int path = atomic_load_explicit(&chosen, memory_order_relaxed);
    if (path < 0) {
        path = (int)decide();
        atomic_store_explicit(&chosen, path, memory_order_relaxed);
    }
    return (nlp_int8_path)path;
}

size_t nlp_int8_packed_size(int outputs, int depth) {
    return (size_t)int8_padded(outputs, 16) * (size_t)int8_padded(depth, 64);
}

size_t nlp_int8_scratch_size(int rows, int depth, int outputs, int tokens, int width) {
    const size_t block = (size_t)block_rows(rows);
    const size_t columns = (size_t)int8_padded(outputs, 16), wide = (size_t)width + 32;
    /* Float results of a block, some rows beside it, sums of 64 outputs or operands of 16 bits. */
    const size_t operands = (block + 16) * 2 * (size_t)int8_padded(depth, 64);
    const size_t product = (block + 4) * (4 * columns + 256) + operands;
    /* Transposed queries and contexts of 32 tokens; scores and padded values of all. */
    const size_t attention = 4 * (wide * 64 + (size_t)tokens * (32 + wide) + 64);
    return (product > attention ? product : attention) + 1024;
}

void nlp_int8_pack(nlp_int8_path path, const int8_t *weights, int first, int last, int depth,
                   int8_t *packed, int32_t *sums) {
    paths[path]->pack(weights, first, last, depth, packed, sums);
}

void nlp_int8_quantize(nlp_int8_path path, const float *x, long stride, int rows,
                       nlp_int8_rows out) {
    paths[path]->quantize(x, stride, rows, out);
}

void nlp_int8_dense_float(nlp_int8_path path, const nlp_int8_dense *dense, nlp_int8_rows x,
                          int rows, float *out, long out_stride, void *scratch) {
    paths[path]->dense_float(dense, x, rows, out, out_stride, scratch);
}

void nlp_int8_dense_activation(nlp_int8_path path, const nlp_int8_dense *dense, nlp_int8_rows x,
                               int rows, nlp_int8_activation f, nlp_int8_rows out, void *scratch) {
    paths[path]->dense_activation(dense, x, rows, f, out, scratch);
}

void nlp_int8_dense_norm(nlp_int8_path path, const nlp_int8_dense *dense, nlp_int8_rows x, int rows,
                         const float *residual, const float *gamma, const float *beta,
                         float epsilon, float *out, long stride, nlp_int8_rows quantized,
                         void *scratch) {
    paths[path]->dense_norm(dense, x, rows, residual, gamma, beta, epsilon, out, stride, quantized,
                            scratch);
}

void nlp_int8_norm(nlp_int8_path path, float *x, long stride, int rows, int columns,
                   const float *gamma, const float *beta, float epsilon, nlp_int8_rows quantized) {
    paths[path]->norm(x, stride, rows, columns, gamma, beta, epsilon, quantized);
}

void nlp_int8_attention(nlp_int8_path path, const float *qkv, long stride, int tokens, int heads,
                        int head_size, nlp_int8_rows context, void *scratch) {
    paths[path]->attention(qkv, stride, tokens, heads, head_size, context, scratch);
}

void nlp_int8_add(nlp_int8_path path, const float *x, int count, float *out) {
    paths[path]->add(x, count, out);
}

void nlp_int8_expand(nlp_int8_path path, const int8_t *q, float scale, int count, int add,
                     float *out) {
    paths[path]->expand(q, scale, count, add, out);
}

void nlp_int4_expand(nlp_int8_path path, const uint8_t *q, const float *scales, int group,
                     int count, int add, float *out) {
    paths[path]->expand_nibbles(q, scales, group, count, add, out);
}
