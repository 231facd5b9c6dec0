/* The float32 product on AVX-512: a tile of 8 rows x 48 columns stays in 24 registers while three
 * vectors of the packed operand and 8 broadcast elements of the other one pass by. */
#if defined(__x86_64__)
#include "gemm_avx512.h"

enum { ROWS = 8, VECTORS = 3 };

/* Depth that is summed before a result goes back to memory: a panel of it stays in the L2 cache. */
enum { DEPTH = 2048 };

typedef struct {
    const float *a;
    long row_step, depth_step;
    const float *packed;
    long depth;
    float *c;
    long stride;
    __mmask16 lanes; /* of the last vector */
    int accumulate;
    const char *ahead; /* what the next tiles will read, fetched in steps of ahead_step bytes */
    long ahead_step;
} tile_job;

/* `sum` = C or 0, plus A * B for `rows` x `vectors`, which are constants where it is inlined. */
GEMM_INLINE void multiply(const tile_job *t, __m512 sum[ROWS][VECTORS], const int rows,
                          const int vectors, const int by_column) {
    const float *a = t->a, *b = t->packed;
    const char *ahead = t->ahead;
    for (long k = 0; k < t->depth; k++) {
        __m512 w[VECTORS];
        for (int j = 0; j < vectors; j++) w[j] = _mm512_loadu_ps(b + 16 * j);
        /* The next tile's elements lie in the same rows, each on a page of its own. */
        if (by_column)
            _mm_prefetch((const char *)(a + ROWS), _MM_HINT_T0);
        else
            _mm_prefetch(ahead, _MM_HINT_T1);
        for (int i = 0; i < rows; i++) {
            const __m512 x = _mm512_set1_ps(a[i * t->row_step]);
            for (int j = 0; j < vectors; j++) sum[i][j] = _mm512_fmadd_ps(x, w[j], sum[i][j]);
        }
        b += NLP_GEMM_WIDTH;
        a += t->depth_step;
        ahead += t->ahead_step;
    }
}

GEMM_INLINE void tile(const tile_job *t, const int rows, const int vectors, const int by_column) {
    __m512 sum[ROWS][VECTORS];
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < vectors; j++) {
            const float *c = t->c + i * t->stride + 16 * j;
            if (!t->accumulate)
                sum[i][j] = _mm512_setzero_ps();
            else if (j + 1 < vectors)
                sum[i][j] = _mm512_loadu_ps(c);
            else
                sum[i][j] = _mm512_maskz_loadu_ps(t->lanes, c);
        }
    multiply(t, sum, rows, vectors, by_column);
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < vectors; j++) {
            float *c = t->c + i * t->stride + 16 * j;
            if (j + 1 < vectors)
                _mm512_storeu_ps(c, sum[i][j]);
            else
                _mm512_mask_storeu_ps(c, t->lanes, sum[i][j]);
        }
}

/* A tile whose columns become rows of C. */
GEMM_INLINE void turned_tile(const tile_job *t, const int rows, const int vectors) {
    __m512 sum[ROWS][VECTORS];
    float turned[16 * VECTORS][ROWS];
    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < vectors; j++) sum[i][j] = _mm512_setzero_ps();
    multiply(t, sum, rows, vectors, 1);
    for (int j = 0; j < vectors; j++)
        for (int half = 0; half < ROWS; half += 4) {
            const __m512 four[4] = {sum[half][j], sum[half + 1][j], sum[half + 2][j],
                                    sum[half + 3][j]};
            __m512 quarter[4];
            turn_4x16(four, quarter);
            for (int q = 0; q < 4; q++) {
                float *to = &turned[16 * j + q][half];
                _mm_storeu_ps(to, _mm512_castps512_ps128(quarter[q]));
                _mm_storeu_ps(to + 4 * ROWS, _mm512_extractf32x4_ps(quarter[q], 1));
                _mm_storeu_ps(to + 8 * ROWS, _mm512_extractf32x4_ps(quarter[q], 2));
                _mm_storeu_ps(to + 12 * ROWS, _mm512_extractf32x4_ps(quarter[q], 3));
            }
        }
    const __mmask8 kept = (__mmask8)((1u << rows) - 1);
    const int columns = 16 * (vectors - 1) + __builtin_popcount(t->lanes);
    for (int j = 0; j < columns; j++) {
        float *c = t->c + j * t->stride;
        __m256 value = _mm256_loadu_ps(turned[j]);
        if (t->accumulate) value = _mm256_add_ps(value, _mm256_maskz_loadu_ps(kept, c));
        _mm256_mask_storeu_ps(c, kept, value);
    }
}

typedef void (*tile_function)(const tile_job *);

#define TILES(ROWS, VECTORS)                                                                       \
    static GEMM_AVX512 void tile_##ROWS##_##VECTORS(const tile_job *t) {                           \
        tile(t, ROWS, VECTORS, 0);                                                                 \
    }                                                                                              \
    static GEMM_AVX512 void column_tile_##ROWS##_##VECTORS(const tile_job *t) {                    \
        tile(t, ROWS, VECTORS, 1);                                                                 \
    }                                                                                              \
    static GEMM_AVX512 void turned_tile_##ROWS##_##VECTORS(const tile_job *t) {                    \
        turned_tile(t, ROWS, VECTORS);                                                             \
    }
#define TILES_OF(ROWS) TILES(ROWS, 1) TILES(ROWS, 2) TILES(ROWS, 3)
TILES_OF(1)
TILES_OF(2)
TILES_OF(4)
TILES_OF(8)

/* By kind (rows, columns, turned), rows (1, 2, 4, 8) and vectors (1, 2, 3). */
#define ROW_OF(KIND, ROWS) {KIND##_##ROWS##_1, KIND##_##ROWS##_2, KIND##_##ROWS##_3}
#define KIND_OF(KIND) {ROW_OF(KIND, 1), ROW_OF(KIND, 2), ROW_OF(KIND, 4), ROW_OF(KIND, 8)}
static const tile_function tiles[3][4][VECTORS] = {KIND_OF(tile), KIND_OF(column_tile),
                                                   KIND_OF(turned_tile)};

enum { IN_ROWS = 0, IN_COLUMNS = 1, TURNED = 2 };

typedef struct {
    int kind;
    const float *a;
    long row_step, depth_step, rows;
    const float *packed;
    long depth, columns;
    float *c;
    long stride;
    int accumulate;
} product;

/* While the rows pass by one panel, each tile fetches its share of the next one into the L2 cache;
 * the last panel is followed by the first, for the rows to come. */
GEMM_INLINE void fetch_ahead(const product *p, tile_job *t, long i, long j) {
    const long next = j + NLP_GEMM_WIDTH < p->columns ? j + NLP_GEMM_WIDTH : 0;
    const long tiles_down = (p->rows + ROWS - 1) / ROWS;
    t->ahead_step = (NLP_GEMM_WIDTH * 4 + tiles_down - 1) / tiles_down;
    t->ahead = (const char *)(p->packed + next * p->depth) + i / ROWS * p->depth * t->ahead_step;
}

/* The tile of up to 8 rows from row i and 48 columns from column j on, from depth k on. */
GEMM_INLINE void run_tile(const product *p, long i, long j, long k) {
    const long left = p->rows - i;
    const int size = left >= 8 ? 3 : left >= 4 ? 2 : left >= 2 ? 1 : 0;
    const long width = p->columns - j < NLP_GEMM_WIDTH ? p->columns - j : NLP_GEMM_WIDTH;
    const long vectors = (width + 15) / 16;
    tile_job t = {
        .a = p->a + i * p->row_step + k * p->depth_step,
        .row_step = p->row_step,
        .depth_step = p->depth_step,
        .packed = p->packed + j * p->depth + k * NLP_GEMM_WIDTH,
        .depth = p->depth - k < DEPTH ? p->depth - k : DEPTH,
        .c = p->c + (p->kind == TURNED ? j * p->stride + i : i * p->stride + j),
        .stride = p->stride,
        .lanes = first_lanes(width - 16 * (vectors - 1)),
        .accumulate = p->accumulate || k > 0,
    };
    if (p->kind == IN_ROWS) fetch_ahead(p, &t, i, j);
    tiles[p->kind][size][vectors - 1](&t);
}

static long tile_rows(long left) { return left >= 8 ? 8 : left >= 4 ? 4 : left >= 2 ? 2 : 1; }

/* Rows of A lie one after the other: a panel of B stays in the cache while all of them pass by. */
static GEMM_AVX512 void run_rows(const product *p) {
    for (long j = 0; j < p->columns; j += NLP_GEMM_WIDTH)
        for (long k = 0; k == 0 || k < p->depth; k += DEPTH)
            for (long i = 0; i < p->rows; i += tile_rows(p->rows - i)) run_tile(p, i, j, k);
}

/* Columns of A are slow to collect: those of a tile stay in the cache while all panels pass by. */
static GEMM_AVX512 void run_columns(const product *p) {
    for (long k = 0; k == 0 || k < p->depth; k += DEPTH)
        for (long i = 0; i < p->rows; i += tile_rows(p->rows - i))
            for (long j = 0; j < p->columns; j += NLP_GEMM_WIDTH) run_tile(p, i, j, k);
}

void nlp_gemm_rows(const float *a, long stride_a, long rows, const float *packed, long depth,
                   long columns, float *c, long stride, int accumulate) {
    const product p = {.kind = IN_ROWS,
                       .a = a,
                       .row_step = stride_a,
                       .depth_step = 1,
                       .rows = rows,
                       .packed = packed,
                       .depth = depth,
                       .columns = columns,
                       .c = c,
                       .stride = stride,
                       .accumulate = accumulate};
    run_rows(&p);
}

void nlp_gemm_columns(const float *a, long stride_a, long rows, const float *b, long stride_b,
                      int transposed, long depth, long columns, int rounded, float *c, long stride,
                      int turned, int accumulate, float *scratch) {
    const long panels = (columns + NLP_GEMM_WIDTH - 1) / NLP_GEMM_WIDTH;
    nlp_gemm_pack(b, stride_b, transposed, depth, columns, rounded, 0, panels, scratch);
    const product p = {.kind = turned ? TURNED : IN_COLUMNS,
                       .a = a,
                       .row_step = 1,
                       .depth_step = stride_a,
                       .rows = rows,
                       .packed = scratch,
                       .depth = depth,
                       .columns = columns,
                       .c = c,
                       .stride = stride,
                       .accumulate = accumulate};
    run_columns(&p);
}
#endif
