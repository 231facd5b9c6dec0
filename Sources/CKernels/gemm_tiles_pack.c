/* Packing to bfloat16 tiles with AVX-512: a tile is 16 x 16 pairs of neighbours in depth. */
#if defined(__x86_64__)
#include "gemm_avx512.h"
#include "gemm_tiles.h"

/* Pairs out of 32 neighbours of one row; `count` of them exist. */
GEMM_INLINE __m512i pairs_along(const float *x, long count) {
    const __m512 low = _mm512_maskz_loadu_ps(first_lanes(count), x);
    const __m512 high =
        _mm512_maskz_loadu_ps(count > 16 ? first_lanes(count - 16) : 0, x + (count > 16 ? 16 : 0));
    const __m256i first = _mm512_cvtepi32_epi16(_mm512_srli_epi32(rounded_bf16(low), 16));
    const __m256i second = _mm512_cvtepi32_epi16(_mm512_srli_epi32(rounded_bf16(high), 16));
    return _mm512_inserti64x4(_mm512_castsi256_si512(first), second, 1);
}

/* Pairs out of two rows, of which the second may be missing. */
GEMM_INLINE __m512i pairs_across(const float *x, long stride, int second, __mmask16 lanes) {
    const __m512i even = rounded_bf16(_mm512_maskz_loadu_ps(lanes, x));
    if (!second) return _mm512_srli_epi32(even, 16);
    const __m512i odd = rounded_bf16(_mm512_maskz_loadu_ps(lanes, x + stride));
    return _mm512_or_si512(_mm512_srli_epi32(even, 16), odd);
}

/* One tile of `count` rows or columns and `deep` in depth, from x on. */
GEMM_INLINE void pack_tile(const float *x, long stride, long deep, long count, uint16_t *to,
                           const int along_depth, const int right) {
    __m512 row[16];
    for (int i = 0; i < 16; i++) {
        __m512i pairs = _mm512_setzero_si512();
        if (along_depth && i < count)
            pairs = pairs_along(x + i * stride, deep);
        else if (!along_depth && 2 * i < deep)
            pairs = pairs_across(x + 2 * i * stride, stride, 2 * i + 1 < deep, first_lanes(count));
        row[i] = _mm512_castsi512_ps(pairs);
    }
    if (along_depth == right) turn_16x16(row);
    for (int i = 0; i < 16; i++) _mm512_storeu_ps(to + 32 * i, row[i]);
}

GEMM_INLINE void pack(const float *x, long stride, long depth, long count, long first, long last,
                      uint16_t *packed, const int along_depth, const int right) {
    for (long i = first * 16; i < last * 16; i += 16)
        for (long k = 0; k < depth; k += 32, packed += NLP_TILE) {
            const long deep = depth - k < 32 ? depth - k : 32;
            pack_tile(x + (along_depth ? i * stride + k : k * stride + i), stride, deep, count - i,
                      packed, along_depth, right);
        }
}

GEMM_AVX512 void nlp_tile_pack_vectors(const float *x, long stride, int along_depth, long depth,
                                      long count, int right, long first, long last,
                                      uint16_t *packed) {
    if (along_depth && right)
        pack(x, stride, depth, count, first, last, packed, 1, 1);
    else if (along_depth)
        pack(x, stride, depth, count, first, last, packed, 1, 0);
    else if (right)
        pack(x, stride, depth, count, first, last, packed, 0, 1);
    else
        pack(x, stride, depth, count, first, last, packed, 0, 0);
}
#endif
