/* Row operations: quantization and activation. Whole blocks of 4 vectors are unrolled. */
#define BLOCK (4 * LANES)

/* The limits of a row's range: see nlp_int8_quantize. */
#define LARGEST_VALUE 1e38f
#define NARROWEST_RANGE 1e-30f

/* Range of values seen, 0 included, in as many chains as the path has registers for; `odd` is NaN
 * in some lane if a value was NaN or infinite. */
typedef struct {
    vf low[CHAINS], high[CHAINS], odd[CHAINS];
} range;

INLINE range nothing_seen(void) {
    range r;
#pragma clang loop unroll(full)
    for (int i = 0; i < CHAINS; i++) r.low[i] = r.high[i] = r.odd[i] = 0;
    return r;
}

/* NaN falls out of both comparisons. */
INLINE void widen(range *r, const int place, vf v) {
    const int chain = place % CHAINS;
    r->low[chain] = vmin(v, r->low[chain]);
    r->high[chain] = vmax(v, r->high[chain]);
    r->odd[chain] = fused(v, (vf)0.0f, r->odd[chain]);
}

INLINE vf limited(vf v) {
    v = v == v ? v : (vf)0.0f;
    return vmax(vmin(v, (vf)LARGEST_VALUE), (vf)-LARGEST_VALUE);
}

/* round(v * inverse), halves to even, plus zero. */
INLINE vi level(vf v, float inverse, int32_t zero) {
    const vf magic = 12582912.0f; /* 1.5 * 2^23: its sum's low bits are the integer */
    return (vi)as_bits(fused(v, (vf)inverse, magic)) + (zero - 0x4b400000);
}

INLINE void store_levels(const float *x, long depth, float inverse, int32_t zero, const int odd,
                         uint8_t *bytes) {
    vi q[4];
    long c = 0;
    for (; c + BLOCK <= depth; c += BLOCK) {
#pragma clang loop unroll(full)
        for (int j = 0; j < 4; j++) {
            const vf v = load(x + c + j * LANES);
            q[j] = level(odd ? limited(v) : v, inverse, zero);
        }
        store_bytes(bytes + c, q);
    }
    if (c == depth) return;
    for (int j = 0; j < 4; j++) {
        const long column = c + j * LANES;
        const vf v = column < depth ? load(x + column) : (vf)0.0f;
        const vi lanes = (vi)lane_index() + (int32_t)column;
        q[j] = lanes < (int32_t)depth ? level(limited(v), inverse, zero) : (vi)0;
    }
    store_bytes(bytes + c, q);
}

typedef struct {
    float low, high, odd;
} limits;

INLINE limits limits_of(const range *r) {
    vf low = r->low[0], high = r->high[0], odd = r->odd[0];
#pragma clang loop unroll(full)
    for (int i = 1; i < CHAINS; i++) {
        low = vmin(low, r->low[i]);
        high = vmax(high, r->high[i]);
        odd = odd + r->odd[i];
    }
    return (limits){lowest(low), highest(high), total(odd)};
}

/* Quantizes a row whose range is known. */
INLINE void quantize_values(const float *x, long depth, limits r, nlp_int8_rows out, long m) {
    const float low = r.low < -LARGEST_VALUE ? -LARGEST_VALUE : r.low;
    const float high = r.high > LARGEST_VALUE ? LARGEST_VALUE : r.high;
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
    uint8_t *bytes = out.bytes + m * out.stride;
    if (r.odd == r.odd) store_levels(x, depth, inverse, zero, 0, bytes);
    else store_levels(x, depth, inverse, zero, 1, bytes);
}

static void quantize(const float *x, long stride, int rows, nlp_int8_rows out) {
    for (int m = 0; m < rows; m++) {
        range r = nothing_seen();
        const float *row = x + m * stride;
        long c = 0;
        for (; c + BLOCK <= out.depth; c += BLOCK)
#pragma clang loop unroll(full)
            for (int j = 0; j < 4; j++) widen(&r, j, load(row + c + j * LANES));
        for (; c < out.depth; c += LANES) widen(&r, 0, present(load(row + c), c, out.depth));
        quantize_values(row, out.depth, limits_of(&r), out, m);
    }
}

INLINE vf activated(const nlp_int8_activation f, vf v) {
    if (f == NLP_INT8_GELU) return gelu(v);
    return f == NLP_INT8_GELU_TANH ? gelu_tanh(v) : vmax(v, (vf)0.0f);
}

/* Results go through one row's memory, which stays in the L1 cache. */
INLINE void activate_each(const nlp_int8_activation f, const float *x, long stride, int rows,
                          float *row, nlp_int8_rows out) {
    for (int m = 0; m < rows; m++, x += stride) {
        range r = nothing_seen();
        long c = 0;
        for (; c + BLOCK <= out.depth; c += BLOCK)
#pragma clang loop unroll(full)
            for (int j = 0; j < 4; j++) {
                const vf v = activated(f, load(x + c + j * LANES));
                store(row + c + j * LANES, v);
                widen(&r, j, v);
            }
        for (; c < out.depth; c += LANES) {
            const vf v = activated(f, present(load(x + c), c, out.depth));
            store(row + c, v);
            widen(&r, 0, v);
        }
        quantize_values(row, out.depth, limits_of(&r), out, m);
    }
}

static void activate_rows(nlp_int8_activation f, const float *x, long stride, int rows, float *row,
                          nlp_int8_rows out) {
    if (f == NLP_INT8_GELU) activate_each(NLP_INT8_GELU, x, stride, rows, row, out);
    else if (f == NLP_INT8_GELU_TANH) activate_each(NLP_INT8_GELU_TANH, x, stride, rows, row, out);
    else activate_each(NLP_INT8_RELU, x, stride, rows, row, out);
}
