/* Tiles by AVX2: 6 rows x 8 outputs in 12 registers. The byte product of AVX2 saturates, so bytes
 * are widened to 16 bits: activations once a block of rows, weights once a panel. */
#define TILE_ROWS 6
#define TILE_VECTORS 6
#define WIDEST_TILE(rows) 1
#define ROWS_AT_ONCE INT8_BLOCK

typedef struct {
    int16_t *words, *panel; /* [row][depth] and [depth / 4][16 outputs][4] */
    const int8_t *packed;
    long stride;
} operand;

INLINE void widen_bytes(const __m128i *bytes, int16_t *words, const int are_signed) {
    const __m128i some = _mm_loadu_si128(bytes);
    const __m256i wide = are_signed ? _mm256_cvtepi8_epi16(some) : _mm256_cvtepu8_epi16(some);
    _mm256_storeu_si256((__m256i *)words, wide);
}

INLINE operand operand_of(const nlp_int8_dense *dense, nlp_int8_rows x, int rows, char *scratch) {
    int16_t *panel = (int16_t *)scratch, *words = panel + LANES * x.stride;
    const long count = (long)rows * x.stride;
    for (long k = 0; k < count; k += 16)
        widen_bytes((const __m128i *)(x.bytes + k), words + k, 0);
    return (operand){words, panel, dense->packed, x.stride};
}

INLINE void begin_panels(const operand *o, int panel, int width) {
    (void)width;
    const long count = LANES * o->stride;
    const int8_t *bytes = o->packed + panel * count;
    for (long k = 0; k < count; k += 16)
        widen_bytes((const __m128i *)(bytes + k), o->panel + k, 1);
}

/* Sums of 8 outputs. A 64-bit lane holds the two partial sums of one output. */
INLINE void half_tile(const int16_t *words, long stride, const int16_t *weights, const int rows,
                      __m256i *sums) {
    __m256i low[TILE_ROWS], high[TILE_ROWS];
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) low[i] = high[i] = _mm256_setzero_si256();
    for (long k = 0; k < stride; k += 4) {
        const __m256i *weight = (const __m256i *)(weights + k * LANES);
        const __m256i left = _mm256_loadu_si256(weight), right = _mm256_loadu_si256(weight + 1);
#pragma clang loop unroll(full)
        for (int i = 0; i < rows; i++) {
            int64_t four;
            memcpy(&four, words + i * stride + k, 8);
            const __m256i activation = _mm256_set1_epi64x(four);
            low[i] = _mm256_add_epi32(low[i], _mm256_madd_epi16(activation, left));
            high[i] = _mm256_add_epi32(high[i], _mm256_madd_epi16(activation, right));
        }
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++)
        sums[i] = _mm256_permute4x64_epi64(_mm256_hadd_epi32(low[i], high[i]), 0xd8);
}

INLINE void tile_sums(const operand *o, int m, int panel, const int rows, const int panels,
                      lookahead next, vi *sums) {
    (void)panel, (void)panels, (void)next;
    const int16_t *words = o->words + m * o->stride;
    __m256i low[TILE_ROWS], high[TILE_ROWS];
    half_tile(words, o->stride, o->panel, rows, low);
    half_tile(words, o->stride, o->panel + 32, rows, high);
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) sums[i] = joined(low[i], high[i]);
}
