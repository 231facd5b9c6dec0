#if defined(__x86_64__)
#include "int8_paths.h"
#include <immintrin.h>
#include <string.h>

#define VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))
#define INLINE static inline __attribute__((always_inline)) VNNI

INLINE __m512 limited(__m512 x) {
    __mmask16 number = _mm512_cmp_ps_mask(x, x, _CMP_ORD_Q);
    x = _mm512_maskz_mov_ps(number, x);
    x = _mm512_min_ps(x, _mm512_set1_ps(INT8_LARGEST));
    return _mm512_max_ps(x, _mm512_set1_ps(-INT8_LARGEST));
}

VNNI void int8_quantize_row_avx512(const float *x, int depth, uint8_t *q, float *scale,
                                   int32_t *zero) {
    __m512 lowest = _mm512_setzero_ps(), highest = _mm512_setzero_ps();
    int whole = depth & ~15;
    __mmask16 rest = (__mmask16)((1u << (depth & 15)) - 1);
    for (int k = 0; k < whole; k += 16) {
        __m512 v = limited(_mm512_loadu_ps(x + k));
        lowest = _mm512_min_ps(lowest, v);
        highest = _mm512_max_ps(highest, v);
    }
    if (rest) {
        __m512 v = limited(_mm512_maskz_loadu_ps(rest, x + whole));
        lowest = _mm512_min_ps(lowest, v);
        highest = _mm512_max_ps(highest, v);
    }
    int8_row row = int8_row_of_range(_mm512_reduce_min_ps(lowest), _mm512_reduce_max_ps(highest));
    __m512 inverse = _mm512_set1_ps(row.inverse);
    __m512i offset = _mm512_set1_epi32(row.zero);
    for (int k = 0; k < depth; k += 16) {
        __mmask16 lanes = k < whole ? (__mmask16)0xffff : rest;
        __m512 v = _mm512_mul_ps(limited(_mm512_maskz_loadu_ps(lanes, x + k)), inverse);
        __m512i i = _mm512_add_epi32(_mm512_cvtps_epi32(v), offset);
        i = _mm512_max_epi32(i, _mm512_setzero_si512());
        _mm_mask_storeu_epi8(q + k, lanes, _mm512_cvtusepi32_epi8(i));
    }
    *scale = row.scale;
    *zero = row.zero;
}

/* (sum - zero * column sum) * scale + bias, in the order of the scalar version. */
INLINE void finish(const int8_product *p, __m512i sum, int m, int panel) {
    int n = panel * 16;
    __mmask16 lanes = p->outputs - n >= 16 ? (__mmask16)0xffff
                                           : (__mmask16)((1u << (p->outputs - n)) - 1);
    __m512i zero = _mm512_set1_epi32(p->zeros[m]);
    sum = _mm512_sub_epi32(sum, _mm512_mullo_epi32(zero, _mm512_loadu_si512(p->sums + n)));
    __m512 scale = _mm512_set1_ps(p->row_scale[m]);
    scale = _mm512_mul_ps(scale, _mm512_loadu_ps(p->column_scale + n));
    __m512 value = _mm512_mul_ps(_mm512_cvtepi32_ps(sum), scale);
    value = _mm512_add_ps(value, _mm512_loadu_ps(p->bias + n));
    _mm512_mask_storeu_ps(p->out + (size_t)m * p->out_stride + n, lanes, value);
}

/* A tile of `rows` x `panels` accumulators; both are constants where it is inlined. */
INLINE void tile(const int8_product *p, int m, int panel, const int rows, const int panels) {
    int groups = (p->depth + 3) / 4;
    const int8_t *w = p->packed + (size_t)panel * groups * 64;
    const uint8_t *q = p->q + (size_t)m * p->stride;
    __m512i sum[6][4];
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < panels; j++) sum[i][j] = _mm512_setzero_si512();
    for (int k = 0; k < groups; k++) {
        __m512i weight[4];
        for (int j = 0; j < panels; j++)
            weight[j] = _mm512_loadu_si512(w + ((size_t)j * groups + k) * 64);
        for (int i = 0; i < rows; i++) {
            int32_t four;
            memcpy(&four, q + (size_t)i * p->stride + (size_t)k * 4, 4);
            __m512i activation = _mm512_set1_epi32(four);
            for (int j = 0; j < panels; j++)
                sum[i][j] = _mm512_dpbusd_epi32(sum[i][j], activation, weight[j]);
        }
    }
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < panels; j++) finish(p, sum[i][j], m + i, panel + j);
}

#define TILES_OF(ROWS)                                                                             \
    static VNNI void tiles_##ROWS(const int8_product *p, int m) {                                  \
        int panel = p->first_panel;                                                                \
        for (; panel + 4 <= p->last_panel; panel += 4) tile(p, m, panel, ROWS, 4);                 \
        for (; panel + 2 <= p->last_panel; panel += 2) tile(p, m, panel, ROWS, 2);                 \
        for (; panel < p->last_panel; panel++) tile(p, m, panel, ROWS, 1);                         \
    }
TILES_OF(1)
TILES_OF(2)
TILES_OF(3)
TILES_OF(6)

VNNI void int8_gemm_avx512(const int8_product *p) {
    int m = 0;
    for (; m + 6 <= p->rows; m += 6) tiles_6(p, m);
    for (; m + 3 <= p->rows; m += 3) tiles_3(p, m);
    if (p->rows - m == 2) tiles_2(p, m);
    if (p->rows - m == 1) tiles_1(p, m);
}
#endif
