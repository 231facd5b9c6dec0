#include "int8_paths.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
int nlp_int8_available(nlp_int8_path path) {
    switch (path) {
    case NLP_INT8_SCALAR:
        return 1;
    case NLP_INT8_AVX2:
        return __builtin_cpu_supports("avx2") != 0;
    case NLP_INT8_AVX512:
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni");
    }
    return 0;
}
#else
int nlp_int8_available(nlp_int8_path path) { return path == NLP_INT8_SCALAR; }
void int8_gemm_avx2(const int8_product *p) { int8_gemm_scalar(p); }
void int8_gemm_avx512(const int8_product *p) { int8_gemm_scalar(p); }
void int8_quantize_row_avx2(const float *x, int depth, uint8_t *q, float *scale, int32_t *zero) {
    int8_quantize_row_scalar(x, depth, q, scale, zero);
}
void int8_quantize_row_avx512(const float *x, int depth, uint8_t *q, float *scale, int32_t *zero) {
    int8_quantize_row_scalar(x, depth, q, scale, zero);
}
#endif

static nlp_int8_path best(void) {
    if (nlp_int8_available(NLP_INT8_AVX512)) return NLP_INT8_AVX512;
    if (nlp_int8_available(NLP_INT8_AVX2)) return NLP_INT8_AVX2;
    return NLP_INT8_SCALAR;
}

static nlp_int8_path decide(void) {
    const char *wanted = getenv("NLPIPE_KERNEL");
    if (wanted && !strcmp(wanted, "scalar")) return NLP_INT8_SCALAR;
    if (wanted && !strcmp(wanted, "avx2") && nlp_int8_available(NLP_INT8_AVX2)) return NLP_INT8_AVX2;
    return best();
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

void nlp_int8_quantize_rows(nlp_int8_path path, const float *x, int rows, int depth, uint8_t *q,
                            int stride, float *scales, int32_t *zeros) {
    for (int m = 0; m < rows; m++) {
        const float *row = x + (size_t)m * depth;
        uint8_t *bytes = q + (size_t)m * stride;
        if (path == NLP_INT8_AVX512)
            int8_quantize_row_avx512(row, depth, bytes, scales + m, zeros + m);
        else if (path == NLP_INT8_AVX2)
            int8_quantize_row_avx2(row, depth, bytes, scales + m, zeros + m);
        else
            int8_quantize_row_scalar(row, depth, bytes, scales + m, zeros + m);
        for (int k = depth; k < stride; k++) bytes[k] = 0;
    }
}

void nlp_int8_gemm(nlp_int8_path path, const uint8_t *q, int stride, const float *row_scale,
                   const int32_t *zeros, int rows, const int8_t *packed, const int32_t *sums,
                   const float *column_scale, const float *bias, int outputs, int depth,
                   int first_panel, int last_panel, float *out, int out_stride) {
    int8_product p = {q,    row_scale, zeros, packed,  sums,  column_scale, bias,
                      out,  stride,    rows,  outputs, depth, first_panel,  last_panel,
                      out_stride};
    if (path == NLP_INT8_AVX512)
        int8_gemm_avx512(&p);
    else if (path == NLP_INT8_AVX2)
        int8_gemm_avx2(&p);
    else
        int8_gemm_scalar(&p);
}
