#if defined(__x86_64__)
#include "int8_paths.h"
#include <immintrin.h>
#include <string.h>

#define AVX2 __attribute__((target("avx2")))
#define INLINE static inline __attribute__((always_inline)) AVX2

INLINE __m256 limited(__m256 x) {
    x = _mm256_and_ps(x, _mm256_cmp_ps(x, x, _CMP_ORD_Q));
    x = _mm256_min_ps(x, _mm256_set1_ps(INT8_LARGEST));
    return _mm256_max_ps(x, _mm256_set1_ps(-INT8_LARGEST));
}

AVX2 void int8_quantize_row_avx2(const float *x, int depth, uint8_t *q, float *scale,
                                 int32_t *zero) {
    float buffer[8] = {0}, low[8], high[8];
    int whole = depth & ~7;
    memcpy(buffer, x + whole, sizeof(float) * (size_t)(depth - whole));
    __m256 rest = limited(_mm256_loadu_ps(buffer));
    __m256 lowest = _mm256_min_ps(rest, _mm256_setzero_ps());
    __m256 highest = _mm256_max_ps(rest, _mm256_setzero_ps());
    for (int k = 0; k < whole; k += 8) {
        __m256 v = limited(_mm256_loadu_ps(x + k));
        lowest = _mm256_min_ps(lowest, v);
        highest = _mm256_max_ps(highest, v);
    }
    _mm256_storeu_ps(low, lowest);
    _mm256_storeu_ps(high, highest);
    for (int i = 1; i < 8; i++) {
        low[0] = low[i] < low[0] ? low[i] : low[0];
        high[0] = high[i] > high[0] ? high[i] : high[0];
    }
    int8_row row = int8_row_of_range(low[0], high[0]);
    __m256 inverse = _mm256_set1_ps(row.inverse);
    __m256i offset = _mm256_set1_epi32(row.zero);
    for (int k = 0; k < depth; k += 8) {
        __m256 v = k < whole ? limited(_mm256_loadu_ps(x + k)) : rest;
        __m256i i = _mm256_add_epi32(_mm256_cvtps_epi32(_mm256_mul_ps(v, inverse)), offset);
        __m128i words = _mm_packs_epi32(_mm256_castsi256_si128(i), _mm256_extracti128_si256(i, 1));
        __m128i bytes = _mm_packus_epi16(words, words);
        memcpy(q + k, &bytes, (size_t)(k < whole ? 8 : depth - whole));
    }
    *scale = row.scale;
    *zero = row.zero;
}

INLINE void finish(const int8_product *p, __m256i sum, int m, int n) {
    __m256i zero = _mm256_set1_epi32(p->zeros[m]);
    __m256i sums = _mm256_loadu_si256((const __m256i *)(p->sums + n));
    sum = _mm256_sub_epi32(sum, _mm256_mullo_epi32(zero, sums));
    __m256 scale = _mm256_set1_ps(p->row_scale[m]);
    scale = _mm256_mul_ps(scale, _mm256_loadu_ps(p->column_scale + n));
    __m256 value = _mm256_mul_ps(_mm256_cvtepi32_ps(sum), scale);
    value = _mm256_add_ps(value, _mm256_loadu_ps(p->bias + n));
    float *out = p->out + (size_t)m * p->out_stride + n;
    if (p->outputs - n >= 8) {
        _mm256_storeu_ps(out, value);
    } else {
        float buffer[8];
        _mm256_storeu_ps(buffer, value);
        memcpy(out, buffer, sizeof(float) * (size_t)(p->outputs - n));
    }
}

/* `rows` rows x 8 columns from column n. Bytes are widened to 16 bits, since the byte product of
 * AVX2 saturates; a 64-bit lane holds the two partial sums of one column. */
INLINE void tile(const int8_product *p, int m, int n, const int rows) {
    int groups = (p->depth + 3) / 4;
    const int8_t *w = p->packed + (size_t)(n / 16) * groups * 64 + (size_t)(n % 16) * 4;
    const uint8_t *q = p->q + (size_t)m * p->stride;
    __m256i low[4], high[4];
    for (int i = 0; i < rows; i++) low[i] = high[i] = _mm256_setzero_si256();
    for (int k = 0; k < groups; k++) {
        const __m128i *bytes = (const __m128i *)(w + (size_t)k * 64);
        __m256i left = _mm256_cvtepi8_epi16(_mm_loadu_si128(bytes));
        __m256i right = _mm256_cvtepi8_epi16(_mm_loadu_si128(bytes + 1));
        for (int i = 0; i < rows; i++) {
            int32_t four;
            memcpy(&four, q + (size_t)i * p->stride + (size_t)k * 4, 4);
            __m256i activation = _mm256_cvtepu8_epi16(_mm_set1_epi32(four));
            low[i] = _mm256_add_epi32(low[i], _mm256_madd_epi16(activation, left));
            high[i] = _mm256_add_epi32(high[i], _mm256_madd_epi16(activation, right));
        }
    }
    for (int i = 0; i < rows; i++) {
        __m256i pairs = _mm256_hadd_epi32(low[i], high[i]);
        finish(p, _mm256_permute4x64_epi64(pairs, 0xd8), m + i, n);
    }
}

AVX2 void int8_gemm_avx2(const int8_product *p) {
    int last = p->last_panel * 16 < p->outputs ? p->last_panel * 16 : p->outputs;
    int m = 0;
    for (; m + 4 <= p->rows; m += 4)
        for (int n = p->first_panel * 16; n < last; n += 8) tile(p, m, n, 4);
    for (; m < p->rows; m++)
        for (int n = p->first_panel * 16; n < last; n += 8) tile(p, m, n, 1);
}
#endif
