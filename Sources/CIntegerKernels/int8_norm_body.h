/* The norm of rows. */

/* row = x + residual (unless NULL), and its sum. */
INLINE float row_sum(const float *x, const float *residual, long columns, float *row) {
    vf all[4] = {0, 0, 0, 0};
    long c = 0;
    for (; c + BLOCK <= columns; c += BLOCK)
#pragma clang loop unroll(full)
        for (int j = 0; j < 4; j++) {
            const long at = c + j * LANES;
            const vf v = residual ? load(x + at) + load(residual + at) : load(x + at);
            store(row + at, v);
            all[j] = all[j] + v;
        }
    for (; c < columns; c += LANES) {
        const vf v = residual ? load(x + c) + load(residual + c) : load(x + c);
        store(row + c, v);
        all[0] = all[0] + present(v, c, columns);
    }
    return total((all[0] + all[1]) + (all[2] + all[3]));
}

INLINE float row_squares(const float *x, float mean, long columns) {
    vf all[4] = {0, 0, 0, 0};
    long c = 0;
    for (; c + BLOCK <= columns; c += BLOCK)
#pragma clang loop unroll(full)
        for (int j = 0; j < 4; j++) {
            const vf v = load(x + c + j * LANES) - mean;
            all[j] = fused(v, v, all[j]);
        }
    for (; c < columns; c += LANES) {
        const vf v = present(load(x + c) - mean, c, columns);
        all[0] = fused(v, v, all[0]);
    }
    return total((all[0] + all[1]) + (all[2] + all[3]));
}

/* out = (row - mean) * rstd * gamma + beta. */
INLINE limits scaled_row(const float *row, float mean, float rstd, long columns, const float *gamma,
                         const float *beta, float *out) {
    range r = nothing_seen();
    long c = 0;
    for (; c + BLOCK <= columns; c += BLOCK)
#pragma clang loop unroll(full)
        for (int j = 0; j < 4; j++) {
            const long at = c + j * LANES;
            const vf v = fused((load(row + at) - mean) * rstd, load(gamma + at), load(beta + at));
            store(out + at, v);
            widen(&r, j, v);
        }
    for (; c < columns; c += LANES) {
        const vf v = fused((load(row + c) - mean) * rstd, load(gamma + c), load(beta + c));
        store(out + c, v);
        widen(&r, 0, present(v, c, columns));
    }
    return limits_of(&r);
}

/* Rows that go through the steps of a norm side by side: one alone mostly waits for its sums. */
#define ROWS_TOGETHER 4

typedef struct {
    const float *x, *residual; /* residual may be NULL */
    long x_stride;
    const float *gamma, *beta;
    float epsilon;
    float *out; /* rows as far apart as those of the residual; may be x or residual */
    long stride, columns;
    float *sums;             /* of x and residual: ROWS_TOGETHER rows, NULL to have them in out */
    nlp_int8_rows quantized; /* nothing is quantized without bytes */
} norm_rows;

/* The norm of `rows` rows from row m on. */
static void norm_some(const norm_rows *n, long m, int rows) {
    const long columns = n->columns, pitch = n->sums ? int8_padded(columns, LANES) : n->stride;
    float *sums = n->sums ? n->sums : n->out + m * n->stride;
    const float share = 1.0f / (float)columns;
    float mean[ROWS_TOGETHER], rstd[ROWS_TOGETHER];
    limits range[ROWS_TOGETHER];
    for (int i = 0; i < rows; i++) {
        const float *residual = n->residual ? n->residual + (m + i) * n->stride : NULL;
        const float *x = n->x + (m + i) * n->x_stride;
        mean[i] = share * row_sum(x, residual, columns, sums + i * pitch);
    }
    for (int i = 0; i < rows; i++) {
        const float squares = row_squares(sums + i * pitch, mean[i], columns);
        rstd[i] = 1.0f / sqrtf(squares * share + n->epsilon);
    }
    for (int i = 0; i < rows; i++)
        range[i] = scaled_row(sums + i * pitch, mean[i], rstd[i], columns, n->gamma, n->beta,
                              n->out + (m + i) * n->stride);
    for (int i = 0; n->quantized.bytes && i < rows; i++)
        quantize_values(n->out + (m + i) * n->stride, columns, range[i], n->quantized, m + i);
}

static void norm_all(const norm_rows *n, long rows) {
    long m = 0;
    for (; m + ROWS_TOGETHER <= rows; m += ROWS_TOGETHER) norm_some(n, m, ROWS_TOGETHER);
    if (m < rows) norm_some(n, m, (int)(rows - m));
}
