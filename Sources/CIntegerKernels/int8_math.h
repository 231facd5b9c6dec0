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

/* Transposes 16 vectors of 16 lanes of 32 bits. */
INLINE void transpose(vf v[LANES]) {
    vf a[LANES];
#pragma clang loop unroll(full)
    for (int i = 0; i < 16; i += 2) { /* pairs of lanes */
        a[i] = __builtin_shufflevector(v[i], v[i + 1], 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12,
                                       28, 13, 29);
        a[i + 1] = __builtin_shufflevector(v[i], v[i + 1], 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11,
                                           27, 14, 30, 15, 31);
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < 16; i += 4) /* 4 x 4 blocks, one column of every 128-bit lane */
#pragma clang loop unroll(full)
        for (int j = 0; j < 2; j++) {
            v[i + 2 * j] = __builtin_shufflevector(a[i + j], a[i + j + 2], 0, 1, 16, 17, 4, 5, 20,
                                                   21, 8, 9, 24, 25, 12, 13, 28, 29);
            v[i + 2 * j + 1] = __builtin_shufflevector(a[i + j], a[i + j + 2], 2, 3, 18, 19, 6, 7,
                                                       22, 23, 10, 11, 26, 27, 14, 15, 30, 31);
        }
#pragma clang loop unroll(full)
    for (int i = 0; i < 16; i += 8) /* 128-bit lanes of rows i..i+3 and i+4..i+7 */
#pragma clang loop unroll(full)
        for (int j = 0; j < 4; j++) {
            a[i + j] = __builtin_shufflevector(v[i + j], v[i + j + 4], 0, 1, 2, 3, 8, 9, 10, 11, 16,
                                               17, 18, 19, 24, 25, 26, 27);
            a[i + j + 4] = __builtin_shufflevector(v[i + j], v[i + j + 4], 4, 5, 6, 7, 12, 13, 14,
                                                   15, 20, 21, 22, 23, 28, 29, 30, 31);
        }
#pragma clang loop unroll(full)
    for (int j = 0; j < 8; j++) { /* and of rows 0..7 and 8..15 */
        const vf low = a[j], high = a[j + 8];
        const int to = j & 3, half = j & 4;
        v[to + half] = __builtin_shufflevector(low, high, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19,
                                               24, 25, 26, 27);
        v[to + half + 8] = __builtin_shufflevector(low, high, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21,
                                                   22, 23, 28, 29, 30, 31);
    }
}
