/* Rows of quantized embedding tables; the compiler vectorises these loops. */
#include "cintegerkernels.h"

void nlp_int8_expand_row(const int8_t *q, float scale, int count, float *out) {
    for (int i = 0; i < count; i++) out[i] = scale * (float)q[i];
}

void nlp_int4_expand_row(const uint8_t *q, const float *scales, int group, int count, float *out) {
    for (int i = 0; i < count; i++) {
        int level = i % 2 ? q[i / 2] >> 4 : q[i / 2] & 15;
        out[i] = scales[i / group] * (float)(level - 8);
    }
}
