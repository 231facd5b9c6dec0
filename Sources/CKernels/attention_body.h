/* Attention of one head of one sequence: small products, too small for a BLAS. */

/* c[m, n] = a[m, :] b[:, n] for `rows` (at most 4) rows of c. a is addressed by row_step and
 * column_step, b has rows of `b_stride` padded floats; only `columns` of c are written. */
INLINE void product_rows(const int rows, const float *a, long row_step, long column_step,
                         long depth, const float *b, long b_stride, long columns, float alpha,
                         float *c, long c_stride) {
    for (long n = 0; n < columns; n += LANES) {
        vf total[4];
#pragma clang loop unroll(full)
        for (int m = 0; m < rows; m++) total[m] = 0;
        for (long k = 0; k < depth; k++) {
            const vf row = load(b + k * b_stride + n);
#pragma clang loop unroll(full)
            for (int m = 0; m < rows; m++)
                total[m] = total[m] + a[m * row_step + k * column_step] * row;
        }
        const long some = columns - n;
#pragma clang loop unroll(full)
        for (int m = 0; m < rows; m++) {
            float *target = c + m * c_stride + n;
            if (some >= LANES) store(target, total[m] * alpha);
            else store_some(target, total[m] * alpha, some);
        }
    }
}

static void small_product(long rows, const float *a, long row_step, long column_step, long depth,
                          const float *b, long b_stride, long columns, float alpha, float *c,
                          long c_stride) {
    long m = 0;
    for (; m + 4 <= rows; m += 4)
        product_rows(4, a + m * row_step, row_step, column_step, depth, b, b_stride, columns, alpha,
                     c + m * c_stride, c_stride);
    for (; m < rows; m++)
        product_rows(1, a + m * row_step, row_step, column_step, depth, b, b_stride, columns, alpha,
                     c + m * c_stride, c_stride);
}

INLINE long padded(long n) { return (n + LANES - 1) / LANES * LANES; }

/* packed[size][padded(length)] = x', padding 0. */
static void pack_transposed(const float *x, long stride, long length, long size, float *packed) {
    const long pitch = padded(length);
    for (long c = 0; c < size; c++) {
        for (long r = 0; r < length; r++) packed[c * pitch + r] = x[r * stride + c];
        for (long r = length; r < pitch; r++) packed[c * pitch + r] = 0;
    }
}

/* packed[length][padded(size)] = x, padding 0. */
static void pack_rows(const float *x, long stride, long length, long size, float *packed) {
    const long pitch = padded(size);
    for (long r = 0; r < length; r++) {
        memcpy(packed + r * pitch, x + r * stride, (size_t)size * sizeof *x);
        for (long c = size; c < pitch; c++) packed[r * pitch + c] = 0;
    }
}

/* Softmax of the first `length` columns of rows of `pitch` floats; the padding becomes 0. */
static void softmax_padded(float *x, long length, long pitch) {
    for (long r = 0; r < length; r++) {
        softmax(x + r * pitch, 1, length, x + r * pitch);
        for (long c = length; c < pitch; c++) x[r * pitch + c] = 0;
    }
}

static void mask_probabilities(const nlp_head *h, const float *p, long pitch, float *masked) {
    for (long r = 0; r < h->length; r++)
        mask_rows(p + r * pitch, h->mask, h->first_row + (uint64_t)r, 1, pitch, masked + r * pitch,
                  NULL);
}

static void attention(const nlp_head *h, float *probabilities, float *context, long context_stride,
                      float *scratch) {
    const long n = h->length, d = h->size, pitch = padded(n), wide = padded(d);
    float *packed = scratch, *masked = scratch + (pitch * wide);
    pack_transposed(h->k, h->stride, n, d, packed);
    small_product(n, h->q, h->stride, 1, d, packed, pitch, pitch, h->scale, probabilities, pitch);
    softmax_padded(probabilities, n, pitch);
    const float *weights = probabilities;
    if (h->mask.threshold) {
        mask_probabilities(h, probabilities, pitch, masked);
        weights = masked;
    }
    pack_rows(h->v, h->stride, n, d, packed);
    small_product(n, weights, pitch, 1, n, packed, wide, d, 1.0f, context, context_stride);
}

/* ds = p * (dp - sum over the row of dp * p), in place of dp. */
static void softmax_backward(const float *p, float *dp, long rows, long pitch) {
    for (long r = 0; r < rows; r++, p += pitch, dp += pitch) {
        vf total = 0;
        for (long c = 0; c < pitch; c += LANES) total = total + load(p + c) * load(dp + c);
        const float dot = sum(total);
        for (long c = 0; c < pitch; c += LANES) store(dp + c, load(p + c) * (load(dp + c) - dot));
    }
}

static void attention_backward(const nlp_head *h, const float *probabilities, const float *dcontext,
                               long context_stride, float *dq, float *dk, float *dv,
                               float *scratch) {
    const long n = h->length, d = h->size, pitch = padded(n), wide = padded(d);
    float *packed = scratch, *ds = scratch + pitch * wide, *masked = ds + n * pitch;
    const float *weights = probabilities;
    if (h->mask.threshold) {
        mask_probabilities(h, probabilities, pitch, masked);
        weights = masked;
    }
    pack_rows(dcontext, context_stride, n, d, packed);
    small_product(n, weights, 1, pitch, n, packed, wide, d, 1.0f, dv, h->stride);
    pack_transposed(h->v, h->stride, n, d, packed);
    small_product(n, dcontext, context_stride, 1, d, packed, pitch, pitch, 1.0f, ds, pitch);
    if (h->mask.threshold) mask_probabilities(h, ds, pitch, ds);
    softmax_backward(probabilities, ds, n, pitch);
    pack_rows(h->k, h->stride, n, d, packed);
    small_product(n, ds, pitch, 1, n, packed, wide, d, h->scale, dq, h->stride);
    pack_rows(h->q, h->stride, n, d, packed);
    small_product(n, ds, 1, pitch, n, packed, wide, d, h->scale, dk, h->stride);
}
