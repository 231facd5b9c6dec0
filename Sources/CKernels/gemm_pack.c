/* Packing for the float32 product on AVX-512, with or without rounding to bfloat16. */
#if defined(__x86_64__)
#include "gemm_avx512.h"

#include <string.h>

enum { WIDTH = NLP_GEMM_WIDTH };

GEMM_INLINE __m512 taken(__m512 x, const int rounded) {
    return rounded ? _mm512_castsi512_ps(rounded_bf16(x)) : x;
}

/* One panel of B as it is stored: `width` columns from b on. */
GEMM_INLINE void pack_panel(const float *b, long stride, long depth, long width, float *to,
                            const int rounded) {
    const __mmask16 lanes[3] = {first_lanes(width), width > 16 ? first_lanes(width - 16) : 0,
                                width > 32 ? first_lanes(width - 32) : 0};
    for (long k = 0; k < depth; k++, b += stride, to += WIDTH)
        for (int j = 0; j < 3; j++) {
            const __m512 x = _mm512_maskz_loadu_ps(lanes[j], b + 16 * j);
            _mm512_storeu_ps(to + 16 * j, taken(x, rounded));
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
    for (long panel = first; panel < last; panel++, packed += depth * WIDTH) {
        const long column = panel * WIDTH;
        const long width = columns - column < WIDTH ? columns - column : WIDTH;
        if (transposed)
            pack_turned_panel(b + column * stride, stride, depth, width, packed, rounded);
        else
            pack_panel(b + column, stride, depth, width, packed, rounded);
    }
}

GEMM_AVX512 void nlp_gemm_pack(const float *b, long stride, int transposed, long depth,
                               long columns, int rounded, long first, long last, float *packed) {
    if (rounded)
        pack(b, stride, transposed, depth, columns, first, last, packed, 1);
    else
        pack(b, stride, transposed, depth, columns, first, last, packed, 0);
}
#endif
