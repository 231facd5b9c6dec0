/* What the two paths of 512-bit registers share. */

/* What fits into the registers: rows of attention's tiles, chains of a row's range. */
#define MOST_ROWS 12
#define CHAINS 4

typedef __m512i correction, factor;

/* A column sum as 128 * high + low, so that one instruction of 16-bit products subtracts
 * zero * sum: high stays below 2^15, 128 * zero too. */
INLINE correction correction_of(vi column_sums) {
    return (__m512i)((column_sums >> 7 << 16) | (column_sums & 127));
}

INLINE factor factor_of(int32_t zero) {
    return _mm512_set1_epi32((int32_t)((uint32_t)(-128 * zero) << 16 | (uint32_t)(-zero & 0xffff)));
}

INLINE vi corrected(vi sum, factor zero, correction columns) {
    return (vi)_mm512_dpwssd_epi32((__m512i)sum, columns, zero);
}

/* The packs work inside 128-bit lanes; a permutation puts their groups of 4 bytes in order. */
INLINE void store_bytes(uint8_t *bytes, const vi q[4]) {
    const __m512i low = _mm512_packus_epi32((__m512i)q[0], (__m512i)q[1]);
    const __m512i high = _mm512_packus_epi32((__m512i)q[2], (__m512i)q[3]);
    const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    _mm512_storeu_si512(bytes, _mm512_permutexvar_epi32(order, _mm512_packus_epi16(low, high)));
}
