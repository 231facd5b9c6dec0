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
    vf s[8][2];
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

/* Exponentials of the scores less their largest, and the inverse of their sums. */
INLINE void weigh(const head *h, const int vectors) {
    vf most[2] = {-3e38f, -3e38f}, all[2] = {0, 0};
    long j = 0;
    for (; j + 8 <= h->tokens; j += 8) score_tile(h, j, 8, vectors, most);
    for (; j + 2 <= h->tokens; j += 2) score_tile(h, j, 2, vectors, most);
    if (j < h->tokens) score_tile(h, j, 1, vectors, most);
    for (j = 0; j < h->tokens; j++)
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
    vf total[8][2];
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

INLINE void contexts(const head *h, long count, long c, const int vectors) {
    long i = 0;
    for (; i + 8 <= count; i += 8) context_tile(h, i, c, 8, vectors);
    for (; i + 2 <= count; i += 2) context_tile(h, i, c, 2, vectors);
    if (i < count) context_tile(h, i, c, 1, vectors);
}

static void attend(const head *h, long count, float scale) {
    transpose_queries(h, count, scale);
    if (count > LANES) weigh(h, 2);
    else weigh(h, 1);
    long c = 0;
    for (; c + LANES < h->size; c += 2 * LANES) contexts(h, count, c, 2);
    if (c < h->size) contexts(h, count, c, 1);
}
