/* Operations on whole buffers: sums, norms and the optimizer's step. */

static void axpy(float a, const float *x, long count, float *y) {
    EACH_BLOCK(count, { PUT(y + c, GET(y + c) + a * GET(x + c)); });
}

static void scale_all(float a, float *x, long count) {
    EACH_BLOCK(count, { PUT(x + c, GET(x + c) * a); });
}

static double sum_squares(const float *x, long count) {
    vd total = 0;
    EACH_BLOCK(count, {
        const vd d = __builtin_convertvector(GET(x + c), vd);
        total = total + d * d;
    });
    double lanes[LANES];
    __builtin_memcpy(lanes, &total, sizeof total);
    double result = 0;
    for (int i = 0; i < LANES; i++) result += lanes[i];
    return result;
}

static void adamw(float *p, const float *g, float *m, float *v, long count, float gradient_scale,
                  float beta1, float rest1, float beta2, float rest2, float rate, float root,
                  float epsilon, float decay) {
    EACH_BLOCK(count, {
        const vf d = GET(g + c) * gradient_scale;
        const vf first = GET(m + c) * beta1 + d * rest1;
        const vf second = GET(v + c) * beta2 + d * d * rest2;
        const vf weight = GET(p + c);
        PUT(m + c, first);
        PUT(v + c, second);
        PUT(p + c, weight - weight * decay - rate * first / (vsqrt(second) * root + epsilon));
    });
}

/* Whether the moments are so small beside the weights that no later step without a gradient can
 * change a bit of p * (1 - decay): derived in docs/numerics.md. */
INLINE int is_quiet(vf p, vf m, vf v, float peak, float epsilon) {
    const vf room = vabs(p) * 0x1p-28f;
    const vi small = (vabs(m) * peak <= room * (vsqrt(v) + epsilon)) & (vabs(p) >= 1e-15f);
    return __builtin_reduce_and(small) != 0;
}

/* `vectors` (a constant, at most 4) neighbouring vectors at once: their chains overlap. */
INLINE void idle_lanes(const int vectors, vf *p, vf *m, vf *v, const nlp_adamw_step *steps,
                       long count, float beta1, float beta2, float epsilon, float peak) {
    long i = 0;
    int quiet = 0;
    for (; i < count && !quiet; i++) {
        const nlp_adamw_step s = steps[i];
        quiet = peak >= 0 && i % 8 == 7;
#pragma clang loop unroll(full)
        for (int j = 0; j < vectors; j++) {
            m[j] = m[j] * beta1 + 0.0f;
            v[j] = v[j] * beta2 + 0.0f;
            p[j] = p[j] - p[j] * s.decay - s.rate * m[j] / (vsqrt(v[j]) * s.root + epsilon);
            if (quiet) quiet = is_quiet(p[j], m[j], v[j], peak, epsilon);
        }
    }
    for (; i < count; i++) {
        const float decay = steps[i].decay;
#pragma clang loop unroll(full)
        for (int j = 0; j < vectors; j++) {
            m[j] = m[j] * beta1 + 0.0f;
            v[j] = v[j] * beta2 + 0.0f;
            p[j] = p[j] - p[j] * decay;
        }
    }
}

INLINE int is_zero(vf m, vf v) {
    const vi zero = (m == 0.0f) & (v == 0.0f);
    return __builtin_reduce_and(zero) != 0;
}

/* Weights that never had a gradient only decay. */
INLINE void decay_lanes(const int vectors, vf *p, const nlp_adamw_step *steps, long count) {
    for (long i = 0; i < count; i++)
#pragma clang loop unroll(full)
        for (int j = 0; j < vectors; j++) p[j] = p[j] - p[j] * steps[i].decay;
}

INLINE void idle_block(const int vectors, float *p, float *m, float *v,
                       const nlp_adamw_step *steps, long count, float beta1, float beta2,
                       float epsilon, float peak) {
    vf weight[4], first[4], second[4];
    int zero = 1;
#pragma clang loop unroll(full)
    for (int j = 0; j < vectors; j++) {
        weight[j] = load(p + j * LANES);
        first[j] = load(m + j * LANES);
        second[j] = load(v + j * LANES);
        zero &= is_zero(first[j], second[j]);
    }
    if (zero) {
        decay_lanes(vectors, weight, steps, count);
#pragma clang loop unroll(full)
        for (int j = 0; j < vectors; j++) store(p + j * LANES, weight[j]);
        return;
    }
    idle_lanes(vectors, weight, first, second, steps, count, beta1, beta2, epsilon, peak);
#pragma clang loop unroll(full)
    for (int j = 0; j < vectors; j++) {
        store(p + j * LANES, weight[j]);
        store(m + j * LANES, first[j]);
        store(v + j * LANES, second[j]);
    }
}

static void adamw_idle(float *p, float *m, float *v, long count, const nlp_adamw_step *steps,
                       long step_count, float beta1, float beta2, float epsilon, float peak) {
    long c = 0;
    for (; c + 4 * LANES <= count; c += 4 * LANES)
        idle_block(4, p + c, m + c, v + c, steps, step_count, beta1, beta2, epsilon, peak);
    for (; c + LANES <= count; c += LANES)
        idle_block(1, p + c, m + c, v + c, steps, step_count, beta1, beta2, epsilon, peak);
    if (c == count) return;
    float weight[LANES] = {0}, first[LANES] = {0}, second[LANES] = {0};
    const size_t rest = (size_t)(count - c) * sizeof *p;
    memcpy(weight, p + c, rest);
    memcpy(first, m + c, rest);
    memcpy(second, v + c, rest);
    idle_block(1, weight, first, second, steps, step_count, beta1, beta2, epsilon, peak);
    memcpy(p + c, weight, rest);
    memcpy(m + c, first, rest);
    memcpy(v + c, second, rest);
}
