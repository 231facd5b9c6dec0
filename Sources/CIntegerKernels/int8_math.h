/* What the float stages need beside vector_math.h. Multiply-adds are fused here on every path, so
 * all paths round alike; where the CPU has none, the C library computes them. */
#include "../CKernels/include/ckernels.h"
#include "../CKernels/vector_math.h"

INLINE vf fused(vf a, vf b, vf c) { return __builtin_elementwise_fma(a, b, c); }

INLINE vi load_integers(const int32_t *p) {
    vi v;
    __builtin_memcpy(&v, p, sizeof v);
    return v;
}

/* Lanes `column`... of a row of `columns`: others become 0. */
INLINE vf present(vf v, long column, long columns) {
    if (column + LANES <= columns) return v;
    const vi lanes = (vi)lane_index() + (int32_t)column;
    return lanes < (int32_t)columns ? v : (vf)0.0f;
}

/* 2^x for x <= 0, relative error below 3e-7; 0 below -126. NaN gives some finite number. */
INLINE vf exp2_below_1(vf x) {
    const vf magic = 12582912.0f; /* 1.5 * 2^23: adding it rounds to an integer */
    const vf limited = vmax(x, (vf)-127.0f);
    const vf shifted = limited + magic;
    const vf r = limited - (shifted - magic);
    vf p = 0.0013276472454890609f;
    p = fused(p, r, 0.009675541892647743f);
    p = fused(p, r, 0.05550713092088699f);
    p = fused(p, r, 0.24022120237350464f);
    p = fused(p, r, 0.6931469440460205f);
    p = fused(p, r, 1.0000001192092896f);
    const vu power = (as_bits(shifted) - (as_bits(magic) - 127u)) << 23;
    return p * as_float(power);
}

/* x Phi(x), absolute error below 1e-6. For t = |x|, 1 - Phi(t) is the 16th power of a polynomial
 * of degree 5, fitted for smallest absolute error of the product with t; t is cut where that
 * product is below 1e-6. */
INLINE vf gelu(vf x) {
    const vf t = vmin(vabs(x), (vf)5.3f);
    vf p = -4.552055543172173e-05f;
    p = fused(p, t, 0.0006922381580807269f);
    p = fused(p, t, -0.0013962486991658807f);
    p = fused(p, t, -0.017767151817679405f);
    p = fused(p, t, -0.04777984693646431f);
    p = fused(p, t, 0.9576057195663452f);
    p = p * p;
    p = p * p;
    p = p * p;
    p = p * p;
    return fused(-t, p, vmax(x, (vf)0.0f));
}

/* x / (1 + e^-2u) with u = sqrt(2/pi) (x + 0.044715 x^3), by the exponential of -|2u|. */
INLINE vf gelu_tanh(vf x) {
    const vf u = x * fused(x * x, 0.044715f * 0.79788456080286535588f, 0.79788456080286535588f);
    const vf e = exp2_below_1(vabs(u) * -2.88539008177792681472f);
    return x * (x < 0.0f ? e : (vf)1.0f) / (e + 1.0f);
}

/* Halves of 16 lanes folded onto each other with OP, down to one value. */
#define FOLD(NAME, OP)                                                                             \
    INLINE float NAME(vf v) {                                                                      \
        typedef float v8 __attribute__((ext_vector_type(8)));                                      \
        typedef float v4 __attribute__((ext_vector_type(4)));                                      \
        const v8 a = OP(v.lo, v.hi);                                                               \
        const v4 b = OP(a.lo, a.hi), c = OP(b, b.zwxy), d = OP(c, c.yxwz);                         \
        return d.x;                                                                                \
    }
#define ADDED(a, b) ((a) + (b))
#define LESSER(a, b) ((a) < (b) ? (a) : (b))
#define GREATER(a, b) ((a) > (b) ? (a) : (b))
FOLD(total, ADDED)
FOLD(lowest, LESSER)
FOLD(highest, GREATER)
