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
