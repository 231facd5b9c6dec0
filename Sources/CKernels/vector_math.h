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
    vf v = 0;
    float lanes[LANES] = {0};
    for (long i = 0; i < count; i++) lanes[i] = p[i];
    __builtin_memcpy(&v, lanes, sizeof v);
    return v;
}

INLINE void store_some(float *p, vf v, long count) {
    float lanes[LANES];
    __builtin_memcpy(lanes, &v, sizeof v);
    for (long i = 0; i < count; i++) p[i] = lanes[i];
}

/* The lanes' sum, always in the same tree. */
INLINE float sum(vf v) {
    float a[LANES];
    __builtin_memcpy(a, &v, sizeof v);
    for (int width = LANES / 2; width > 0; width /= 2)
        for (int i = 0; i < width; i++) a[i] += a[i + width];
    return a[0];
}

INLINE float largest(vf v) {
    float a[LANES];
    __builtin_memcpy(a, &v, sizeof v);
    for (int width = LANES / 2; width > 0; width /= 2)
        for (int i = 0; i < width; i++) a[i] = a[i + width] > a[i] ? a[i + width] : a[i];
    return a[0];
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
    const vf shifted = x * 1.44269504088896341f + magic;
    const vf n = shifted - magic;
    const vf r = (x - n * 0.693359375f) - n * -2.12194440e-4f;
    vf p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * (r * r) + r + 1.0f;
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
    p = p * z + 0.0002848438161890954f;
    p = p * z + 0.003772566793486476f;
    p = p * z + 0.05276934802532196f;
    p = p * z + 0.1905941665172577f;
    p = p * z + 1.1283791065216064f;
    vf q = 3.8047743146307766e-05f;
    q = q * z + 0.0011638617143034935f;
    q = q * z + 0.014983231201767921f;
    q = q * z + 0.11418288946151733f;
    q = q * z + 0.502242386341095f;
    q = q * z + 1.0f;
    const vf y = x * p / q;
    return y > 1.0f ? (vf)1.0f : (y < -1.0f ? (vf)-1.0f : y);
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
