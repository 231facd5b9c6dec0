/* Attention of one sequence, in float32: 32 queries of one head at a time. Scores stand transposed,
 * [key][query], so that the softmax runs down whole vectors. */

#define QUERIES 32

typedef struct {
    const float *q, *k, *v; /* of the block's first query, of the head's first key and value */
    long stride, tokens, size;
    long v_stride; /* of the values, which are padded to whole vectors */
    float *queries, *scores, *inverse;
    float *context; /* rows of context_stride floats, of which whole vectors are written */
    long context_stride;
} head;

/* queries[c][i] = q[i][c] * scale, absent queries 0. */
static void transpose_queries(const head *h, long count, float scale) {
    for (long i = 0; i < QUERIES; i += LANES)
        for (long c = 0; c < h->size; c += LANES) {
            vf square[LANES];
            for (long r = 0; r < LANES; r++)
                square[r] = i + r < count ? load(h->q + (i + r) * h->stride + c) * scale : (vf)0.0f;
            transpose(square);
            for (long r = 0; r < LANES; r++) store(h->queries + (c + r) * QUERIES + i, square[r]);
        }
}

/* Scores of `keys` keys from key j on, for `vectors` x 16 queries. */
INLINE void score_tile(const head *h, long j, const int keys, const int vectors, vf *most) {
    vf s[MOST_ROWS][2];
#pragma clang loop unroll(full)
    for (int i = 0; i < keys * 2; i++) s[i / 2][i % 2] = 0;
    for (long c = 0; c < h->size; c++) {
        vf q[2];
#pragma clang loop unroll(full)
        for (int n = 0; n < vectors; n++) q[n] = load(h->queries + c * QUERIES + n * LANES);
#pragma clang loop unroll(full)
        for (int i = 0; i < keys; i++) {
            const vf key = h->k[(j + i) * h->stride + c];
#pragma clang loop unroll(full)
            for (int n = 0; n < vectors; n++) s[i][n] = fused(key, q[n], s[i][n]);
        }
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < keys; i++)
#pragma clang loop unroll(full)
        for (int n = 0; n < vectors; n++) {
            store(h->scores + (j + i) * QUERIES + n * LANES, s[i][n]);
            most[n] = vmax(s[i][n], most[n]);
        }
}

#define SCORES(KEYS)                                                                               \
    static void scores_##KEYS(const head *h, long j, const int vectors, vf *most) {                \
        if (vectors == 2) score_tile(h, j, KEYS, 2, most);                                         \
        else score_tile(h, j, KEYS, 1, most);                                                      \
    }
SCORES(1) SCORES(2) SCORES(3)
#if MOST_ROWS > 3
SCORES(4) SCORES(5) SCORES(6) SCORES(7) SCORES(8) SCORES(9) SCORES(10) SCORES(11) SCORES(12)
#endif
typedef void score_function(const head *h, long j, int vectors, vf *most);
static score_function *const score_tiles[] = {
    0,        scores_1, scores_2, scores_3,
#if MOST_ROWS > 3
    scores_4, scores_5, scores_6, scores_7, scores_8, scores_9, scores_10, scores_11, scores_12,
#endif
};

/* Exponentials of the scores less their largest, and the inverse of their sums. */
INLINE void weigh(const head *h, const int vectors) {
    vf most[2] = {-3e38f, -3e38f}, all[2] = {0, 0};
    const long count = (h->tokens + MOST_ROWS - 1) / MOST_ROWS;
    for (long t = 0; t < count; t++) {
        const long j = h->tokens * t / count;
        score_tiles[h->tokens * (t + 1) / count - j](h, j, vectors, most);
    }
    for (long j = 0; j < h->tokens; j++)
#pragma clang loop unroll(full)
        for (int n = 0; n < vectors; n++) {
            float *at = h->scores + j * QUERIES + n * LANES;
            const vf e = exp2_below_1(load(at) - most[n]);
            store(at, e);
            all[n] = all[n] + e;
        }
    for (int n = 0; n < vectors; n++) store(h->inverse + n * LANES, 1.0f / all[n]);
}

/* Contexts of `queries` queries from query i on: columns [c, c + 16 * vectors). */
INLINE void context_tile(const head *h, long i, long c, const int queries, const int vectors) {
    vf total[MOST_ROWS][2];
#pragma clang loop unroll(full)
    for (int r = 0; r < queries * 2; r++) total[r / 2][r % 2] = 0;
    for (long j = 0; j < h->tokens; j++) {
        vf value[2];
#pragma clang loop unroll(full)
        for (int n = 0; n < vectors; n++) value[n] = load(h->v + j * h->v_stride + c + n * LANES);
#pragma clang loop unroll(full)
        for (int r = 0; r < queries; r++) {
            const vf weight = h->scores[j * QUERIES + i + r];
#pragma clang loop unroll(full)
            for (int n = 0; n < vectors; n++) total[r][n] = fused(weight, value[n], total[r][n]);
        }
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < queries; r++)
#pragma clang loop unroll(full)
        for (int n = 0; n < vectors; n++)
            store(h->context + (i + r) * h->context_stride + c + n * LANES,
                  total[r][n] * h->inverse[i + r]);
}

#define CONTEXTS(QUERIES_)                                                                         \
    static void contexts_##QUERIES_(const head *h, long i, long c, const int vectors) {            \
        if (vectors == 2) context_tile(h, i, c, QUERIES_, 2);                                      \
        else context_tile(h, i, c, QUERIES_, 1);                                                   \
    }
CONTEXTS(1) CONTEXTS(2) CONTEXTS(3)
#if MOST_ROWS > 3
CONTEXTS(4) CONTEXTS(5) CONTEXTS(6) CONTEXTS(7) CONTEXTS(8)
CONTEXTS(9) CONTEXTS(10) CONTEXTS(11) CONTEXTS(12)
#endif
typedef void context_function(const head *h, long i, long c, int vectors);
static context_function *const context_tiles[] = {
    0,          contexts_1, contexts_2, contexts_3,
#if MOST_ROWS > 3
    contexts_4, contexts_5, contexts_6, contexts_7, contexts_8, contexts_9, contexts_10,
    contexts_11, contexts_12,
#endif
};

static void contexts(const head *h, long queries, long c, int vectors) {
    const long count = (queries + MOST_ROWS - 1) / MOST_ROWS;
    for (long t = 0; t < count; t++) {
        const long i = queries * t / count;
        context_tiles[queries * (t + 1) / count - i](h, i, c, vectors);
    }
}

static void attend(const head *h, long count, float scale) {
    transpose_queries(h, count, scale);
    if (count > LANES) weigh(h, 2);
    else weigh(h, 1);
    long c = 0;
    for (; c + LANES < h->size; c += 2 * LANES) contexts(h, count, c, 2);
    if (c < h->size) contexts(h, count, c, 1);
}
