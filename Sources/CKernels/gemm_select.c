/* Which of the large products this CPU has, and the parts of them that every CPU has. */
#include "cgemm.h"
#include "ckernels.h"
#include "gemm_tiles.h"
#include "tiles_cpu.h"

#include <stddef.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>

int nlp_gemm_available(void) {
    unsigned a, b, c, d;
    return nlp_cpu_level() >= 2 && __get_cpuid(1, &a, &b, &c, &d) && (c & (1u << 12)); /* FMA */
}
#else
int nlp_gemm_available(void) { return 0; }

void nlp_tile_pack_vectors(const float *x, long stride, int along_depth, long depth, long count,
                           int right, long first, long last, uint16_t *packed) {
    nlp_tile_pack_plain(x, stride, along_depth, depth, count, right, first, last, packed);
}

void nlp_gemm_pack(const float *b, long stride, int transposed, long depth, long columns,
                   int rounded, long first, long last, float *packed) {
    (void)b, (void)stride, (void)transposed, (void)depth, (void)columns, (void)rounded;
    (void)first, (void)last, (void)packed;
}

void nlp_gemm_rows(const float *a, long stride_a, long rows, const float *packed, long depth,
                   long columns, float *c, long stride, int accumulate) {
    (void)a, (void)stride_a, (void)rows, (void)packed, (void)depth;
    (void)columns, (void)c, (void)stride, (void)accumulate;
}

void nlp_gemm_columns(const float *a, long stride_a, long rows, const float *b, long stride_b,
                      int transposed, long depth, long columns, int rounded, float *c, long stride,
                      int turned, int accumulate, float *scratch) {
    (void)a, (void)stride_a, (void)rows, (void)b, (void)stride_b, (void)transposed, (void)depth;
    (void)columns, (void)rounded, (void)c, (void)stride, (void)turned, (void)accumulate;
    (void)scratch;
}
#endif

int nlp_tiles_available(void) { return nlp_gemm_available() && tiles_available(); }

const nlp_tile_kernels *nlp_tile_kernels_at(int model) {
    static const nlp_tile_kernels software = {nlp_tile_pack_plain, nlp_tile_multiply_model};
#if defined(__x86_64__)
    static const nlp_tile_kernels amx = {nlp_tile_pack_vectors, nlp_tile_multiply_amx};
    if (!model) return nlp_tiles_available() ? &amx : NULL;
#endif
    return model ? &software : NULL;
}

void nlp_bf16_round(const float *x, long count, float *y) {
    for (long i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, x + i, 4);
        const uint32_t rounded = bits + 0x7fff + ((bits >> 16) & 1);
        const int nan = (bits & 0x7fffffff) > 0x7f800000;
        bits = (nan ? bits | 0x400000 : rounded) & 0xffff0000u;
        memcpy(y + i, &bits, 4);
    }
}
