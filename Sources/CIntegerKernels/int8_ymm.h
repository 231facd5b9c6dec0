/* What the two paths of 256-bit registers share. */

/* What fits into the registers: rows of attention's tiles, chains of a row's range. */
#define MOST_ROWS 3
#define CHAINS 1

typedef vi correction;
typedef int32_t factor;

INLINE correction correction_of(vi column_sums) { return column_sums; }
INLINE factor factor_of(int32_t zero) { return zero; }
INLINE vi corrected(vi sum, factor zero, correction columns) { return sum - zero * columns; }

INLINE vi joined(__m256i low, __m256i high) {
    vi both;
    memcpy(&both, &low, sizeof low);
    memcpy((char *)&both + sizeof low, &high, sizeof high);
    return both;
}

/* 16 integers as 16-bit words, in order but for the groups of 4: 0, 2, 1, 3. */
INLINE __m256i words(vi v) {
    __m256i half[2];
    memcpy(half, &v, sizeof v);
    return _mm256_packus_epi32(half[0], half[1]);
}

INLINE void store_bytes(uint8_t *bytes, const vi q[4]) {
    const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    for (int i = 0; i < 2; i++) {
        const __m256i packed = _mm256_packus_epi16(words(q[2 * i]), words(q[2 * i + 1]));
        /* Groups stand as 0 1 | of the first and second vector in each half. */
        _mm256_storeu_si256((__m256i *)(bytes + 32 * i),
                            _mm256_permutevar8x32_epi32(packed, order));
    }
}
