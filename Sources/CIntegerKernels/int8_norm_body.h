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

/* out = norm(x + residual) * gamma + beta, also quantized as row m unless there are no bytes. The
 * sum goes through `row`; out may be any of the three, residual may be NULL. */
INLINE void norm_row(const float *x, const float *residual, float *row, long columns,
                     const float *gamma, const float *beta, float epsilon, float *out,
                     nlp_int8_rows quantized, long m) {
    const float share = 1.0f / (float)columns;
    const float mean = row_sum(x, residual, columns, row) * share;
    const float rstd = 1.0f / sqrtf(row_squares(row, mean, columns) * share + epsilon);
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
    if (quantized.bytes) quantize_values(out, columns, &r, quantized, m);
}

static void norm(float *x, long stride, int rows, int columns, const float *gamma,
                 const float *beta, float epsilon, nlp_int8_rows quantized) {
    for (int m = 0; m < rows; m++, x += stride)
        norm_row(x, NULL, x, columns, gamma, beta, epsilon, x, quantized, m);
}
