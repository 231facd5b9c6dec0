/* The same product on the software model of tiles, and the obvious packing for it. */
#define TILES_MODEL
#include "tiles.h"

#include "gemm_tiles_body.h"

void nlp_tile_multiply_model(const uint16_t *left, long rows, const uint16_t *right, long depth,
                             long columns, float *c, long stride, int accumulate) {
    multiply(left, rows, right, depth, columns, c, stride, accumulate);
}

void nlp_tile_pack_plain(const float *x, long stride, int along_depth, long depth, long count,
                         int right, long first, long last, uint16_t *packed) {
    const long steps = (depth + 31) / 32;
    memset(packed, 0, sizeof(uint16_t) * (size_t)((last - first) * steps * NLP_TILE));
    for (long i = first * 16; i < last * 16 && i < count; i++)
        for (long k = 0; k < depth; k++) {
            uint32_t bits;
            float value = x[along_depth ? i * stride + k : k * stride + i];
            nlp_bf16_round(&value, 1, &value);
            memcpy(&bits, &value, 4);
            const long pair = k % 32 / 2;
            const long place = right ? pair * 16 + i % 16 : i % 16 * 16 + pair;
            packed[((i / 16 - first) * steps + k / 32) * NLP_TILE + 2 * place + k % 2] =
                (uint16_t)(bits >> 16);
        }
}
