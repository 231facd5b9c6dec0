/* Attention of one head of one sequence: small products, too small for packing or a BLAS. */

/* c[m, n] = alpha * a[m, :] b[:, n] for `rows` rows and `vectors` vectors of columns, both constant.
 * a is addressed by row_step and column_step; b's rows are readable to whole vectors; of c only
 * `columns` are written. */
INLINE void product_tile(const int rows, const int vectors, const float *a, long row_step,
                         long column_step, long depth, const float *b, long b_stride, long columns,
                         float alpha, float *c, long c_stride) {
    vf total[8];
#pragma clang loop unroll(full)
    for (int i = 0; i < rows * vectors; i++) total[i] = 0;
    for (long k = 0; k < depth; k++) {
        vf row[2];
#pragma clang loop unroll(full)
        for (int n = 0; n < vectors; n++) row[n] = load(b + k * b_stride + n * LANES);
#pragma clang loop unroll(full)
        for (int m = 0; m < rows; m++) {
            const vf factor = a[m * row_step + k * column_step];
#pragma clang loop unroll(full)
            for (int n = 0; n < vectors; n++)
                total[m * vectors + n] = fma_lanes(factor, row[n], total[m * vectors + n]);
        }
    }
#pragma clang loop unroll(full)
    for (int m = 0; m < rows; m++)
#pragma clang loop unroll(full)
        for (int n = 0; n < vectors; n++) {
            float *target = c + m * c_stride + n * LANES;
            const vf value = total[m * vectors + n] * alpha;
            const long some = columns - n * LANES;
            if (some >= LANES) store(target, value);
            else store_some(target, value, some);
        }
}

INLINE void product_columns(const int vectors, long rows, const float *a, long row_step,
                            long column_step, long depth, const float *b, long b_stride,
                            long columns, float alpha, float *c, long c_stride) {
    long m = 0;
#define TILE(count)                                                                                \
    product_tile(count, vectors, a + m * row_step, row_step, column_step, depth, b, b_stride,      \
                 columns, alpha, c + m * c_stride, c_stride)
    for (; m + 4 <= rows; m += 4) TILE(4);
    if (rows - m == 3) TILE(3);
    else if (rows - m == 2) TILE(2);
    else if (rows - m == 1) TILE(1);
#undef TILE
}

static void small_product(long rows, const float *a, long row_step, long column_step, long depth,
                          const float *b, long b_stride, long columns, float alpha, float *c,
                          long c_stride) {
    long n = 0;
#ifdef PATH_MANY_REGISTERS
    for (; n + LANES < columns; n += 2 * LANES)
        product_columns(2, rows, a, row_step, column_step, depth, b + n, b_stride, columns - n,
                        alpha, c + n, c_stride);
#endif
    for (; n < columns; n += LANES)
        product_columns(1, rows, a, row_step, column_step, depth, b + n, b_stride, columns - n,
                        alpha, c + n, c_stride);
}

INLINE long padded(long n) { return (n + LANES - 1) / LANES * LANES; }

/* packed[padded(size)][padded(length)] = x', padding 0, in squares of 16. */
static void pack_transposed(const float *x, long stride, long length, long size, float *packed) {
    const long pitch = padded(length);
    for (long r = 0; r < length; r += LANES)
        for (long c = 0; c < size; c += LANES) {
            const long some = size - c;
            vf square[LANES];
            for (int i = 0; i < LANES; i++) {
                const float *source = x + (r + i) * stride + c;
                if (r + i >= length) square[i] = 0;
                else square[i] = some >= LANES ? load(source) : load_some(source, some);
            }
            transpose(square);
            for (int i = 0; i < LANES; i++) store(packed + (c + i) * pitch + r, square[i]);
        }
}

/* Rows that can be read in whole vectors: x itself, or a copy with padding 0 in `packed`. */
static const float *whole_rows(const float *x, long *stride, long length, long size,
                               float *packed) {
    if (size % LANES == 0) return x;
    const long pitch = padded(size);
    for (long r = 0; r < length; r++) {
        memcpy(packed + r * pitch, x + r * *stride, (size_t)size * sizeof *x);
        for (long c = size; c < pitch; c++) packed[r * pitch + c] = 0;
    }
    *stride = pitch;
    return packed;
}

/* Softmax of the first `length` columns of rows of `pitch` floats; the padding becomes 0. With a
 * mask, masked = mask(softmax). */
static void softmax_padded(float *x, long length, long pitch, nlp_mask mask, uint64_t first_row,
                           float *masked) {
    for (long r = 0; r < length; r++, x += pitch, masked += pitch) {
        vf top = -__builtin_inff();
        for (long c = 0; c < pitch; c += LANES) {
            const vi present = (vi)(lane_index() + (uint32_t)c) < (vi)(int)length;
            top = vmax(top, present ? load(x + c) : (vf)(-__builtin_inff()));
        }
        const float high = largest(top);
        vf total = 0;
        for (long c = 0; c < pitch; c += LANES) {
            const vi present = (vi)(lane_index() + (uint32_t)c) < (vi)(int)length;
            const vf e = present ? vexp(load(x + c) - high) : (vf)0.0f;
            total = total + e;
            store(x + c, e);
        }
        const float factor = 1.0f / sum(total);
        const uint64_t key = mask_row(mask, first_row + (uint64_t)r);
        for (long c = 0; c < pitch; c += LANES) {
            const vf p = load(x + c) * factor;
            store(x + c, p);
            if (mask.threshold) store(masked + c, p * mask_lanes(mask, key, c));
        }
    }
}

static void attention(const nlp_head *h, float *probabilities, float *context, long context_stride,
                      float *scratch) {
    const long n = h->length, d = h->size, pitch = padded(n), wide = padded(d);
    float *packed = scratch, *masked = scratch + pitch * wide;
    pack_transposed(h->k, h->stride, n, d, packed);
    small_product(n, h->q, h->stride, 1, d, packed, pitch, pitch, h->scale, probabilities, pitch);
    softmax_padded(probabilities, n, pitch, h->mask, h->first_row, masked);
    long stride = h->stride;
    const float *v = whole_rows(h->v, &stride, n, d, packed);
    small_product(n, h->mask.threshold ? masked : probabilities, pitch, 1, n, v, stride, d, 1.0f,
                  context, context_stride);
}

/* ds = p * (mask(dp) - sum over the row of mask(dp) * p), in place of dp. */
static void softmax_backward(const nlp_head *h, const float *p, float *dp, long pitch) {
    for (long r = 0; r < h->length; r++, p += pitch, dp += pitch) {
        const uint64_t key = mask_row(h->mask, h->first_row + (uint64_t)r);
        vf total = 0;
        for (long c = 0; c < pitch; c += LANES) {
            vf d = load(dp + c);
            if (h->mask.threshold) {
                d = d * mask_lanes(h->mask, key, c);
                store(dp + c, d);
            }
            total = fma_lanes(load(p + c), d, total);
        }
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
        mask_rows(probabilities, h->mask, h->first_row, n, pitch, masked, NULL);
        weights = masked;
    }
    long stride = context_stride;
    const float *rows = whole_rows(dcontext, &stride, n, d, packed);
    small_product(n, weights, 1, pitch, n, rows, stride, d, 1.0f, dv, h->stride);
    pack_transposed(h->v, h->stride, n, d, packed);
    small_product(n, dcontext, context_stride, 1, d, packed, pitch, pitch, 1.0f, ds, pitch);
    softmax_backward(h, probabilities, ds, pitch);
    stride = h->stride;
    rows = whole_rows(h->k, &stride, n, d, packed);
    small_product(n, ds, pitch, 1, n, rows, stride, d, h->scale, dq, h->stride);
    stride = h->stride;
    rows = whole_rows(h->q, &stride, n, d, packed);
    small_product(n, ds, 1, pitch, n, rows, stride, d, h->scale, dk, h->stride);
}
