/* The obvious versions, which the fast ones are compared with bit for bit. */
#include "int8_paths.h"
#include <math.h>
#include <string.h>

static int rounded_up(int value, int step) { return (value + step - 1) / step * step; }

size_t nlp_int8_packed_size(int outputs, int depth) {
    return (size_t)rounded_up(outputs, 16) * (size_t)rounded_up(depth, 4);
}

void nlp_int8_pack(const int8_t *weights, int outputs, int depth, int8_t *packed, int32_t *sums) {
    int groups = rounded_up(depth, 4) / 4;
    memset(packed, 0, nlp_int8_packed_size(outputs, depth));
    memset(sums, 0, sizeof *sums * (size_t)rounded_up(outputs, 16));
    for (int n = 0; n < outputs; n++)
        for (int k = 0; k < depth; k++) {
            int8_t w = weights[(size_t)n * depth + k];
            size_t group = (size_t)(n / 16) * groups + k / 4;
            packed[(group * 16 + n % 16) * 4 + k % 4] = w;
            sums[n] += w;
        }
}

int8_row int8_row_of_range(float lowest, float highest) {
    int8_row row = {0, 0, 0};
    float width = highest - lowest;
    if (width < INT8_NARROWEST) return row;
    row.scale = width / 255;
    row.inverse = 255 / width;
    row.zero = (int32_t)lrintf(-lowest * row.inverse);
    if (row.zero > 255) row.zero = 255;
    return row;
}

static float limited(float x) {
    if (x != x) return 0;
    return x > INT8_LARGEST ? INT8_LARGEST : x < -INT8_LARGEST ? -INT8_LARGEST : x;
}

void int8_quantize_row_scalar(const float *x, int depth, uint8_t *q, float *scale, int32_t *zero) {
    float lowest = 0, highest = 0;
    for (int k = 0; k < depth; k++) {
        float v = limited(x[k]);
        lowest = v < lowest ? v : lowest;
        highest = v > highest ? v : highest;
    }
    int8_row row = int8_row_of_range(lowest, highest);
    for (int k = 0; k < depth; k++) {
        int32_t v = (int32_t)lrintf(limited(x[k]) * row.inverse) + row.zero;
        q[k] = (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
    }
    *scale = row.scale;
    *zero = row.zero;
}

void int8_gemm_scalar(const int8_product *p) {
    int groups = rounded_up(p->depth, 4) / 4;
    int first = p->first_panel * 16, last = p->last_panel * 16;
    if (last > p->outputs) last = p->outputs;
    for (int m = 0; m < p->rows; m++)
        for (int n = first; n < last; n++) {
            const int8_t *w = p->packed + ((size_t)(n / 16) * groups * 16 + n % 16) * 4;
            const uint8_t *q = p->q + (size_t)m * p->stride;
            int32_t sum = 0;
            for (int k = 0; k < p->depth; k++) sum += (int32_t)q[k] * w[k / 4 * 64 + k % 4];
            float scale = p->row_scale[m] * p->column_scale[n];
            float value = (float)(sum - p->zeros[m] * p->sums[n]) * scale;
            p->out[(size_t)m * p->out_stride + n] = value + p->bias[n];
        }
}
