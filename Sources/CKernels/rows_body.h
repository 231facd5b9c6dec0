/* Row operations; see ckernels.h for what each does. */

/* Runs BODY with `c` (first column), `some` (lanes present) over the columns of a row. The two
 * copies differ only in how they load and store; lanes compute alike. */
#define EACH_BLOCK(columns, BODY)                                                                  \
    do {                                                                                           \
        long c = 0;                                                                                \
        for (; c + LANES <= (columns); c += LANES) {                                               \
            enum { full = 1 };                                                                     \
            const long some = LANES;                                                               \
            BODY                                                                                   \
        }                                                                                          \
        if (c < (columns)) {                                                                       \
            enum { full = 0 };                                                                     \
            const long some = (columns) - c;                                                       \
            BODY                                                                                   \
        }                                                                                          \
    } while (0)
#define GET(p) (full ? load(p) : load_some((p), some))
#define PUT(p, v)                                                                                  \
    do {                                                                                           \
        if (full) store((p), (v));                                                                 \
        else store_some((p), (v), some);                                                           \
    } while (0)

INLINE vf activate(nlp_activation f, vf x, vf *slope) {
    if (f == NLP_RELU) {
        *slope = x > 0.0f ? (vf)1.0f : (vf)0.0f;
        return x > 0.0f ? x : (vf)0.0f;
    }
    if (f == NLP_GELU_TANH) {
        const vf square = x * x;
        const vf inner = x * (square * 0.044715f + 1.0f) * 0.7978845608028654f;
        const vf tanh = 1.0f - 2.0f / (vexp(inner * 2.0f) + 1.0f);
        const vf rise = (square * 0.134145f + 1.0f) * 0.7978845608028654f;
        *slope = 0.5f * (1.0f + tanh) + 0.5f * x * (1.0f - tanh * tanh) * rise;
        return 0.5f * x * (1.0f + tanh);
    }
    const vf below = 0.5f + 0.5f * verf(x * 0.7071067811865476f);
    *slope = below + x * (vexp(x * x * -0.5f) * 0.3989422804014327f);
    return x * below;
}

INLINE void activation_loop(nlp_activation f, float *x, const float *bias, long rows, long columns,
                            float *y, int keep) {
    for (long r = 0; r < rows; r++, x += columns, y += columns)
        EACH_BLOCK(columns, {
            vf slope;
            const vf sum = GET(x + c) + GET(bias + c);
            if (keep) PUT(x + c, sum);
            PUT(y + c, activate(f, sum, &slope));
        });
}

/* Constant arguments let the compiler drop what a call does not need. */
static void bias_activation(nlp_activation f, float *x, const float *bias, long rows, long columns,
                            float *y, int keep) {
    if (f == NLP_GELU) activation_loop(NLP_GELU, x, bias, rows, columns, y, keep);
    else if (f == NLP_GELU_TANH) activation_loop(NLP_GELU_TANH, x, bias, rows, columns, y, keep);
    else activation_loop(NLP_RELU, x, bias, rows, columns, y, keep);
}

INLINE void slope_loop(nlp_activation f, const float *x, long rows, long columns, float *dy,
                       float *y, float *sums) {
    for (long r = 0; r < rows; r++, x += columns, dy += columns, y += columns)
        EACH_BLOCK(columns, {
            vf slope;
            PUT(y + c, activate(f, GET(x + c), &slope));
            const vf dx = GET(dy + c) * slope;
            PUT(dy + c, dx);
            PUT(sums + c, GET(sums + c) + dx);
        });
}

static void activation_backward(nlp_activation f, const float *x, long rows, long columns,
                                float *dy, float *y, float *sums) {
    if (f == NLP_GELU) slope_loop(NLP_GELU, x, rows, columns, dy, y, sums);
    else if (f == NLP_GELU_TANH) slope_loop(NLP_GELU_TANH, x, rows, columns, dy, y, sums);
    else slope_loop(NLP_RELU, x, rows, columns, dy, y, sums);
}

static void add_bias(float *x, const float *bias, long rows, long columns) {
    for (long r = 0; r < rows; r++, x += columns)
        EACH_BLOCK(columns, { PUT(x + c, GET(x + c) + GET(bias + c)); });
}

static void column_sums(const float *x, long rows, long columns, float *sums) {
    for (long r = 0; r < rows; r++, x += columns)
        EACH_BLOCK(columns, { PUT(sums + c, GET(sums + c) + GET(x + c)); });
}

static void product_sums(const float *a, const float *b, long rows, long columns, float *sums) {
    for (long r = 0; r < rows; r++, a += columns, b += columns)
        EACH_BLOCK(columns, { PUT(sums + c, GET(sums + c) + GET(a + c) * GET(b + c)); });
}

static void mask_rows(const float *x, nlp_mask mask, uint64_t first_row, long rows, long columns,
                      float *y, float *sums) {
    for (long r = 0; r < rows; r++, x += columns, y += columns) {
        const uint64_t key = mask_row(mask, first_row + (uint64_t)r);
        EACH_BLOCK(columns, {
            vf v = GET(x + c);
            if (mask.threshold) v = v * mask_lanes(mask, key, c);
            PUT(y + c, v);
            if (sums) PUT(sums + c, GET(sums + c) + v);
        });
    }
}

static void norm(const float *x, const float *bias, const float *residual, nlp_mask mask,
                 uint64_t first_row, long rows, long columns, const float *gamma,
                 const float *beta, float epsilon, float *normal, float *rstd, float *y) {
    for (long r = 0; r < rows; r++) {
        const long start = r * columns;
        const uint64_t key = mask_row(mask, first_row + (uint64_t)r);
        vf total = 0;
        EACH_BLOCK(columns, {
            vf s = GET(x + start + c);
            if (bias) s = s + GET(bias + c);
            if (mask.threshold) s = s * mask_lanes(mask, key, c);
            if (residual) s = s + GET(residual + start + c);
            total = total + s;
            PUT(normal + start + c, s);
        });
        const float mean = sum(total) / (float)columns;
        vf squares = 0;
        EACH_BLOCK(columns, {
            vf d = GET(normal + start + c) - mean;
            if (!full) d = lane_index() < (uint32_t)some ? d : (vf)0.0f;
            squares = squares + d * d;
        });
        const float root = __builtin_sqrtf(sum(squares) / (float)columns + epsilon);
        const float factor = 1.0f / root;
        rstd[r] = factor;
        EACH_BLOCK(columns, {
            const vf n = (GET(normal + start + c) - mean) * factor;
            PUT(normal + start + c, n);
            PUT(y + start + c, n * GET(gamma + c) + GET(beta + c));
        });
    }
}

static void norm_backward(const float *dy, const float *normal, const float *rstd,
                          const float *gamma, long rows, long columns, float *ds, float *dgamma,
                          float *dbeta) {
    for (long r = 0; r < rows; r++, dy += columns, normal += columns, ds += columns) {
        vf first = 0, second = 0;
        EACH_BLOCK(columns, {
            const vf d = GET(dy + c);
            const vf n = GET(normal + c);
            const vf g = d * GET(gamma + c);
            first = first + g;
            second = second + g * n;
            PUT(dgamma + c, GET(dgamma + c) + d * n);
            PUT(dbeta + c, GET(dbeta + c) + d);
        });
        const float mean = sum(first) / (float)columns;
        const float slope = sum(second) / (float)columns;
        const float factor = rstd[r];
        EACH_BLOCK(columns, {
            const vf g = GET(dy + c) * GET(gamma + c);
            PUT(ds + c, (g - mean - GET(normal + c) * slope) * factor);
        });
    }
}

static void softmax(const float *x, long rows, long columns, float *y) {
    for (long r = 0; r < rows; r++, x += columns, y += columns) {
        vf tops = -__builtin_inff();
        EACH_BLOCK(columns, {
            vf v = GET(x + c);
            if (!full) v = lane_index() < (uint32_t)some ? v : (vf)(-__builtin_inff());
            tops = vmax(tops, v);
        });
        const float top = largest(tops);
        vf total = 0;
        EACH_BLOCK(columns, {
            vf e = vexp(GET(x + c) - top);
            if (!full) e = lane_index() < (uint32_t)some ? e : (vf)0.0f;
            total = total + e;
            PUT(y + c, e);
        });
        const float factor = 1.0f / sum(total);
        EACH_BLOCK(columns, { PUT(y + c, GET(y + c) * factor); });
    }
}

static void exponential(const float *x, long count, float *y) {
    EACH_BLOCK(count, { PUT(y + c, vexp(GET(x + c))); });
}
