/* Packing for the float32 product on AVX-512, with or without rounding to bfloat16. */
#if defined(__x86_64__)
#include "gemm_avx512.h"

#include <string.h>

enum { WIDTH = NLP_GEMM_WIDTH };

GEMM_INLINE __m512 taken(__m512 x, const int rounded) {
    return rounded ? _mm512_castsi512_ps(rounded_bf16(x)) : x;
}

/* Rows that are fetched before they are needed: slabs of rows are too short for the hardware to
 * see where they continue. */
enum { ROWS_AHEAD = 4 };

/* Panels of B as it is stored, `width` columns from b on in all, side by side so that what a row
 * has of them is read in one go. */
GEMM_INLINE void pack_panels(const float *b, long stride, long depth, long width, float *packed,
                             const int rounded) {
    for (long k = 0; k < depth; k++, b += stride, packed += WIDTH) {
        float *to = packed;
        for (long j = 0; j < width; j += WIDTH, to += depth * WIDTH)
            for (int v = 0; v < WIDTH; v += 16) {
                const long left = width - j - v;
                const float *from = b + (left > 0 ? j + v : 0);
                _mm_prefetch((const char *)(from + ROWS_AHEAD * stride), _MM_HINT_T0);
                const __m512 x = _mm512_maskz_loadu_ps(left > 0 ? first_lanes(left) : 0, from);
                _mm512_storeu_ps(to + v, taken(x, rounded));
            }
    }
}

/* One panel of B stored transposed: `width` rows of `depth` elements from b on. */
GEMM_INLINE void pack_turned_panel(const float *b, long stride, long depth, long width, float *to,
                                   const int rounded) {
    for (long k = 0; k < depth; k += 16) {
        const long deep = depth - k < 16 ? depth - k : 16;
        const __mmask16 lanes = first_lanes(deep);
        for (long j = 0; j < WIDTH; j += 16) {
            __m512 row[16];
            for (int i = 0; i < 16; i++)
                row[i] = j + i < width
                             ? taken(_mm512_maskz_loadu_ps(lanes, b + (j + i) * stride + k), rounded)
                             : _mm512_setzero_ps();
            turn_16x16(row);
            for (int i = 0; i < 16; i++)
                if (i < deep) _mm512_storeu_ps(to + (k + i) * WIDTH + j, row[i]);
        }
    }
}

GEMM_INLINE void pack(const float *b, long stride, int transposed, long depth, long columns,
                      long first, long last, float *packed, const int rounded) {
    const long end = last * WIDTH < columns ? last * WIDTH : columns;
    if (!transposed) {
        pack_panels(b + first * WIDTH, stride, depth, end - first * WIDTH, packed, rounded);
        return;
    }
    for (long j = first * WIDTH; j < end; j += WIDTH, packed += depth * WIDTH)
        pack_turned_panel(b + j * stride, stride, depth, end - j < WIDTH ? end - j : WIDTH, packed,
                          rounded);
}

GEMM_AVX512 void nlp_gemm_pack(const float *b, long stride, int transposed, long depth,
                               long columns, int rounded, long first, long last, float *packed) {
    if (rounded)
        pack(b, stride, transposed, depth, columns, first, last, packed, 1);
    else
        pack(b, stride, transposed, depth, columns, first, last, packed, 0);
}
#endif
