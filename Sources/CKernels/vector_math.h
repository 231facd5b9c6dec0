/* 16 lanes of float, by Clang's vector extension: one instruction under AVX-512, four under SSE.
 * Included once per path, with that path's target attribute in force. */
#ifndef NLPIPE_VECTOR_MATH_H
#define NLPIPE_VECTOR_MATH_H
#include <stdint.h>
#include <string.h>

typedef float vf __attribute__((ext_vector_type(16)));
typedef int32_t vi __attribute__((ext_vector_type(16)));
typedef uint32_t vu __attribute__((ext_vector_type(16)));
typedef double vd __attribute__((ext_vector_type(16)));

#define LANES 16
#define INLINE static inline __attribute__((always_inline, unused))

INLINE vf load(const float *p) {
    vf v;
    __builtin_memcpy(&v, p, sizeof v);
    return v;
}

INLINE void store(float *p, vf v) { __builtin_memcpy(p, &v, sizeof v); }

/* Absent lanes are 0. */
INLINE vf load_some(const float *p, long count) {
#ifdef PATH_MANY_REGISTERS
    return (vf)_mm512_maskz_loadu_ps((__mmask16)((1u << count) - 1), p);
#else
    vf v = 0;
    float lanes[LANES] = {0};
    for (long i = 0; i < count; i++) lanes[i] = p[i];
    __builtin_memcpy(&v, lanes, sizeof v);
    return v;
#endif
}

INLINE void store_some(float *p, vf v, long count) {
#ifdef PATH_MANY_REGISTERS
    _mm512_mask_storeu_ps(p, (__mmask16)((1u << count) - 1), (__m512)v);
#else
    float lanes[LANES];
    __builtin_memcpy(lanes, &v, sizeof v);
    for (long i = 0; i < count; i++) p[i] = lanes[i];
#endif
}

/* a * b + c, rounded once where the path has the instruction. */
INLINE vf fma_lanes(vf a, vf b, vf c) {
#ifdef PATH_FMA
    return __builtin_elementwise_fma(a, b, c);
#else
    return a * b + c;
#endif
}

typedef float vf8 __attribute__((ext_vector_type(8)));
typedef float vf4 __attribute__((ext_vector_type(4)));

/* The lanes' sum, always in the same tree. */
INLINE float sum(vf v) {
    const vf8 a = v.lo + v.hi;
    const vf4 b = a.lo + a.hi;
    return (b.x + b.z) + (b.y + b.w);
}

INLINE float largest(vf v) {
    const vf8 a = v.lo > v.hi ? v.lo : v.hi;
    const vf4 b = a.lo > a.hi ? a.lo : a.hi;
    const float c = b.x > b.z ? b.x : b.z, d = b.y > b.w ? b.y : b.w;
    return c > d ? c : d;
}

INLINE vf vmax(vf a, vf b) { return a > b ? a : b; }
INLINE vf vmin(vf a, vf b) { return a < b ? a : b; }
INLINE vf vsqrt(vf v) { return __builtin_elementwise_sqrt(v); }
INLINE vf vabs(vf v) { return __builtin_elementwise_abs(v); }
INLINE vu lane_index(void) { return (vu){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}; }

INLINE vf as_float(vu v) {
    vf f;
    __builtin_memcpy(&f, &v, sizeof f);
    return f;
}

INLINE vu as_bits(vf v) {
    vu u;
    __builtin_memcpy(&u, &v, sizeof u);
    return u;
}

/* e^x, relative error below 2e-7; beyond +-87 the value at +-87. NaN stays NaN.
 * Reduction to |r| <= ln2/2 with ln2 in two parts (the first has 9 bits, so n * first is exact),
 * then the polynomial of the Cephes library. */
INLINE vf vexp(vf x) {
    x = x < -87.0f ? (vf)(-87.0f) : x;
    x = x > 87.0f ? (vf)(87.0f) : x;
    const vf magic = 12582912.0f; /* 1.5 * 2^23: adding it rounds to an integer */
    const vf shifted = fma_lanes(x, 1.44269504088896341f, magic);
    const vf n = shifted - magic;
    const vf r = fma_lanes(n, 2.12194440e-4f, fma_lanes(n, -0.693359375f, x));
    vf p = 1.9875691500e-4f;
    p = fma_lanes(p, r, 1.3981999507e-3f);
    p = fma_lanes(p, r, 8.3334519073e-3f);
    p = fma_lanes(p, r, 4.1665795894e-2f);
    p = fma_lanes(p, r, 1.6666665459e-1f);
    p = fma_lanes(p, r, 5.0000001201e-1f);
    p = fma_lanes(p, r * r, r) + 1.0f;
    const vu power = (as_bits(shifted) - as_bits(magic) + 127u) << 23;
    return p * as_float(power);
}

/* erf(x), absolute error below 5e-7: x P(x^2)/Q(x^2) up to 3.925, where float32 reaches 1.
 * Coefficients fitted for smallest relative error by reweighted least squares. */
INLINE vf verf(vf x) {
    const vf limit = 3.925f;
    x = x < -limit ? -limit : x;
    x = x > limit ? limit : x;
    const vf z = x * x;
    vf p = 2.0460229279706255e-06f;
    p = fma_lanes(p, z, 0.0002848438161890954f);
    p = fma_lanes(p, z, 0.003772566793486476f);
    p = fma_lanes(p, z, 0.05276934802532196f);
    p = fma_lanes(p, z, 0.1905941665172577f);
    p = fma_lanes(p, z, 1.1283791065216064f);
    vf q = 3.8047743146307766e-05f;
    q = fma_lanes(q, z, 0.0011638617143034935f);
    q = fma_lanes(q, z, 0.014983231201767921f);
    q = fma_lanes(q, z, 0.11418288946151733f);
    q = fma_lanes(q, z, 0.502242386341095f);
    q = fma_lanes(q, z, 1.0f);
    const vf y = x * p / q;
    return y > 1.0f ? (vf)1.0f : (y < -1.0f ? (vf)-1.0f : y);
}

/* The 16 by 16 transpose in place: exchanges halves, quarters, pairs and neighbours. */
#define EXCHANGE(step, low, high)                                                                  \
    _Pragma("clang loop unroll(full)") for (int i = 0; i < LANES; i++) if (!(i & (step))) {        \
        const vf a = x[i];                                                                         \
        const vf b = x[i + (step)];                                                                \
        x[i] = __builtin_shufflevector(a, b, low);                                                 \
        x[i + (step)] = __builtin_shufflevector(a, b, high);                                       \
    }
#define LOW_8 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23
#define HIGH_8 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31
#define LOW_4 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27
#define HIGH_4 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31
#define LOW_2 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29
#define HIGH_2 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31
#define LOW_1 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30
#define HIGH_1 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31
INLINE void transpose(vf *x) {
    EXCHANGE(8, LOW_8, HIGH_8)
    EXCHANGE(4, LOW_4, HIGH_4)
    EXCHANGE(2, LOW_2, HIGH_2)
    EXCHANGE(1, LOW_1, HIGH_1)
}

INLINE uint64_t mix64(uint64_t x) {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

/* The mask's multipliers for 16 columns from `column` on. `row_key` is mask_row(mask, row). */
INLINE uint64_t mask_row(nlp_mask mask, uint64_t row) {
    return mix64(mask.key + (row + 1) * 0x9e3779b97f4a7c15u);
}

INLINE vf mask_lanes(nlp_mask mask, uint64_t row_key, long column) {
    vu x = (lane_index() + (uint32_t)column) * 0x9e3779b1u + (uint32_t)row_key;
    x = (x ^ (x >> 16)) * 0x21f0aaadu;
    x = (x ^ (x >> 15)) ^ (uint32_t)(row_key >> 32);
    x = x * 0x735a2d97u;
    x = x ^ (x >> 15);
    return x >= mask.threshold ? (vf)mask.scale : (vf)0.0f;
}
#endif
