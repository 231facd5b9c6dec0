/* What the AVX-512 sources of the large products share. */
#ifndef NLPIPE_GEMM_AVX512_H
#define NLPIPE_GEMM_AVX512_H
#include "cgemm.h"

#include <immintrin.h>

#define GEMM_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,fma")))
#define GEMM_INLINE static inline __attribute__((always_inline)) GEMM_AVX512

/* The first `count` lanes, all of them from 16 on. */
GEMM_INLINE __mmask16 first_lanes(long count) {
    return count >= 16 ? (__mmask16)0xffff : (__mmask16)((1u << count) - 1);
}

/* Transposes four rows of 16 floats inside of their quarters: quarter l of turned[q] holds column
 * 4 l + q of the four rows. */
GEMM_INLINE void turn_4x16(const __m512 row[4], __m512 turned[4]) {
    const __m512d low01 = _mm512_castps_pd(_mm512_unpacklo_ps(row[0], row[1]));
    const __m512d high01 = _mm512_castps_pd(_mm512_unpackhi_ps(row[0], row[1]));
    const __m512d low23 = _mm512_castps_pd(_mm512_unpacklo_ps(row[2], row[3]));
    const __m512d high23 = _mm512_castps_pd(_mm512_unpackhi_ps(row[2], row[3]));
    turned[0] = _mm512_castpd_ps(_mm512_unpacklo_pd(low01, low23));
    turned[1] = _mm512_castpd_ps(_mm512_unpackhi_pd(low01, low23));
    turned[2] = _mm512_castpd_ps(_mm512_unpacklo_pd(high01, high23));
    turned[3] = _mm512_castpd_ps(_mm512_unpackhi_pd(high01, high23));
}

/* Transposes 16 rows of 16 floats in place. */
GEMM_INLINE void turn_16x16(__m512 row[16]) {
    __m512 turned[16];
    for (int i = 0; i < 16; i += 4) turn_4x16(row + i, turned + i);
    for (int q = 0; q < 4; q++) {
        const __m512 even01 = _mm512_shuffle_f32x4(turned[q], turned[4 + q], 0x88);
        const __m512 odd01 = _mm512_shuffle_f32x4(turned[q], turned[4 + q], 0xdd);
        const __m512 even23 = _mm512_shuffle_f32x4(turned[8 + q], turned[12 + q], 0x88);
        const __m512 odd23 = _mm512_shuffle_f32x4(turned[8 + q], turned[12 + q], 0xdd);
        row[q] = _mm512_shuffle_f32x4(even01, even23, 0x88);
        row[4 + q] = _mm512_shuffle_f32x4(odd01, odd23, 0x88);
        row[8 + q] = _mm512_shuffle_f32x4(even01, even23, 0xdd);
        row[12 + q] = _mm512_shuffle_f32x4(odd01, odd23, 0xdd);
    }
}

/* bfloat16 values in the upper halves: round to nearest even by adding just below half a unit, one
 * more when the kept part is odd. A NaN is kept, quietened, since rounding could carry into its sign. */
GEMM_INLINE __m512i rounded_bf16(__m512 x) {
    const __m512i bits = _mm512_castps_si512(x);
    const __m512i odd = _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
    __m512i sum = _mm512_add_epi32(bits, _mm512_add_epi32(odd, _mm512_set1_epi32(0x7fff)));
    const __mmask16 nan = _mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q);
    sum = _mm512_mask_or_epi32(sum, nan, bits, _mm512_set1_epi32(0x400000));
    return _mm512_and_si512(sum, _mm512_set1_epi32((int)0xffff0000u));
}
#endif
