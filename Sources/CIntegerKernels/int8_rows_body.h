/* Row operations: quantization, activation, norm. */

/* The limits of a row's range: see nlp_int8_quantize. */
#define LARGEST_VALUE 1e38f
#define NARROWEST_RANGE 1e-30f

/* Range of values seen, 0 included; `odd` is NaN in some lane if a value was NaN or infinite. */
typedef struct {
    vf low, high, odd;
} range;

/* NaN falls out of both comparisons. */
INLINE void widen(range *r, vf v) {
    r->low = vmin(v, r->low);
    r->high = vmax(v, r->high);
    r->odd = fused(v, (vf)0.0f, r->odd);
}

INLINE vf limited(vf v) {
    v = v == v ? v : (vf)0.0f;
    return vmax(vmin(v, (vf)LARGEST_VALUE), (vf)-LARGEST_VALUE);
}

/* round(v * inverse), halves to even, plus zero. */
INLINE vi levels(vf v, float inverse, int32_t zero) {
    const vf magic = 12582912.0f; /* 1.5 * 2^23: its sum's low bits are the integer */
    return (vi)as_bits(fused(v, (vf)inverse, magic)) + (zero - 0x4b400000);
}

INLINE void store_levels(const float *x, long depth, float inverse, int32_t zero, const int odd,
                         uint8_t *bytes) {
    for (long c = 0; c < depth; c += 4 * LANES) {
        vi q[4];
#pragma clang loop unroll(full)
        for (int j = 0; j < 4; j++) {
            const long column = c + j * LANES;
            vf v = column < depth ? load(x + column) : (vf)0.0f;
            if (odd) v = limited(v);
            q[j] = levels(v, inverse, zero);
            if (column + LANES > depth)
                q[j] = (vi)lane_index() + (int32_t)column < (int32_t)depth ? q[j] : (vi)0;
        }
        store_bytes(bytes + c, q);
    }
}

/* Quantizes a row whose range is known. */
static void quantize_values(const float *x, long depth, const range *r, nlp_int8_rows out, long m) {
    float low = smallest(r->low), high = largest(r->high);
    low = low < -LARGEST_VALUE ? -LARGEST_VALUE : low;
    high = high > LARGEST_VALUE ? LARGEST_VALUE : high;
    const float width = high - low;
    float inverse = 0, scale = 0;
    int32_t zero = 0;
    if (width >= NARROWEST_RANGE) {
        scale = width / 255;
        inverse = 255 / width;
        zero = (int32_t)lrintf(-low * inverse);
        zero = zero > 255 ? 255 : zero;
    }
    out.scales[m] = scale;
    out.zeros[m] = zero;
    const float odd = total(r->odd);
    if (odd == odd) store_levels(x, depth, inverse, zero, 0, out.bytes + m * out.stride);
    else store_levels(x, depth, inverse, zero, 1, out.bytes + m * out.stride);
}

static void quantize(const float *x, long stride, int rows, nlp_int8_rows out) {
    for (int m = 0; m < rows; m++) {
        range r = {0, 0, 0};
        const float *row = x + m * stride;
        for (long c = 0; c < out.depth; c += LANES) widen(&r, present(load(row + c), c, out.depth));
        quantize_values(row, out.depth, &r, out, m);
    }
}

INLINE void activate_row(const nlp_int8_activation f, float *x, nlp_int8_rows out, int m) {
    range r = {0, 0, 0};
    for (long c = 0; c < out.depth; c += LANES) {
        vf v = load(x + c);
        v = f == NLP_INT8_GELU ? gelu(v) : f == NLP_INT8_GELU_TANH ? gelu_tanh(v) : vmax(v, (vf)0.0f);
        v = present(v, c, out.depth);
        store(x + c, v);
        widen(&r, v);
    }
    quantize_values(x, out.depth, &r, out, m);
}

static void activate_rows(nlp_int8_activation f, float *x, long stride, int rows,
                          nlp_int8_rows out) {
    if (f == NLP_INT8_GELU)
        for (int m = 0; m < rows; m++) activate_row(NLP_INT8_GELU, x + m * stride, out, m);
    else if (f == NLP_INT8_GELU_TANH)
        for (int m = 0; m < rows; m++) activate_row(NLP_INT8_GELU_TANH, x + m * stride, out, m);
    else
        for (int m = 0; m < rows; m++) activate_row(NLP_INT8_RELU, x + m * stride, out, m);
}

/* out = norm(x + residual) * gamma + beta, also quantized as row m unless there are no bytes. x is
 * overwritten; residual may be NULL. */
static void norm_row(float *x, const float *residual, long columns, const float *gamma,
                     const float *beta, float epsilon, float *out, nlp_int8_rows quantized, long m) {
    const float share = 1.0f / (float)columns;
    vf all = 0, squares = 0;
    for (long c = 0; c < columns; c += LANES) {
        vf v = load(x + c);
        if (residual) v = v + load(residual + c);
        v = present(v, c, columns);
        store(x + c, v);
        all = all + v;
    }
    const float mean = total(all) * share;
    for (long c = 0; c < columns; c += LANES) {
        const vf v = present(load(x + c) - mean, c, columns);
        squares = fused(v, v, squares);
    }
    const float rstd = 1.0f / sqrtf(total(squares) * share + epsilon);
    range r = {0, 0, 0};
    for (long c = 0; c < columns; c += LANES) {
        const vf v = fused((load(x + c) - mean) * rstd, load(gamma + c), load(beta + c));
        store(out + c, v);
        widen(&r, present(v, c, columns));
    }
    if (quantized.bytes) quantize_values(out, columns, &r, quantized, m);
}

static void norm(float *x, long stride, int rows, int columns, const float *gamma,
                 const float *beta, float epsilon, nlp_int8_rows quantized) {
    for (int m = 0; m < rows; m++)
        norm_row(x + m * stride, NULL, columns, gamma, beta, epsilon, x + m * stride, quantized, m);
}
