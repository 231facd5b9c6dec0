/* Products of bytes. A tile of rows x panels of 16 outputs is summed in registers, which it leaves
 * as floats; the weights are read once a call, a few panels at a time, for all of its rows. */

typedef struct {
    const nlp_int8_dense *dense;
    nlp_int8_rows x;
    const operand *operand;
    float *out;
    long out_stride;
} product;

/* (sum - zero * column sum) * row scale * column scale + bias */
INLINE void finish(const product *p, int m, int panel, const int rows, const int panels,
                   const vi *sums) {
    const nlp_int8_dense *dense = p->dense;
    const int32_t *zeros = p->x.zeros + m;
    const float *scales = p->x.scales + m;
    const long stride = p->out_stride;
    float *out = p->out + m * stride + panel * LANES;
    correction columns[4];
    vf scale[4], bias[4];
#pragma clang loop unroll(full)
    for (int j = 0; j < panels; j++) {
        const int n = (panel + j) * LANES;
        columns[j] = correction_of(load_integers(dense->sums + n));
        scale[j] = load(dense->scales + n);
        bias[j] = load(dense->bias + n);
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
        const factor zero = factor_of(zeros[i]);
        const vf row_scale = scales[i];
#pragma clang loop unroll(full)
        for (int j = 0; j < panels; j++) {
            const vi sum = corrected(sums[i * panels + j], zero, columns[j]);
            const vf value = __builtin_convertvector(sum, vf) * row_scale;
            store(out + i * stride + j * LANES, fused(value, scale[j], bias[j]));
        }
    }
}

INLINE void tile(const product *p, int m, int panel, const int rows, const int panels,
                 lookahead next) {
    vi sums[TILE_VECTORS];
    tile_sums(p->operand, m, panel, rows, panels, next, sums);
    finish(p, m, panel, rows, panels, sums);
}

typedef void tile_function(const product *p, int m, int panel, lookahead next);
#define TILE(ROWS, PANELS)                                                                         \
    static void tile_##ROWS##x##PANELS(const product *p, int m, int panel, lookahead next) {       \
        tile(p, m, panel, ROWS, PANELS, next);                                                     \
    }
#include "int8_tiles.h"

/* What tile t of `count` fetches of the panels behind `panel`: the first tiles one panel each, a
 * single tile everything. Streaming weights past the L2 cache would cost a tenth otherwise: the
 * hardware sees each of these short streams too late. */
static lookahead fetched_by(const product *p, int panel, int width, int t, int count) {
    const long size = (long)LANES * p->x.stride;
    const char *next = (const char *)p->dense->packed + (panel + width) * size;
    if (count == 1) return (lookahead){next, 64 * width};
    if (t < width) return (lookahead){next + t * size, 64};
    return (lookahead){next, 0};
}

/* All outputs of `rows` rows from row `first` on, in tiles of nearly equal height. */
static void product_rows(const product *p, int first, int rows) {
    const int count = int8_tile_count(rows, TILE_ROWS);
    const int panels = (int)(int8_padded(p->dense->outputs, LANES) / LANES);
    const int widest = WIDEST_TILE((rows + count - 1) / count);
    for (int panel = 0, width = widest; panel < panels; panel += width) {
        while (width > panels - panel) width /= 2;
        begin_panels(p->operand, panel, width);
        for (int t = 0; t < count; t++) {
            const int m = int8_tile_first(rows, t, count);
            const int next = int8_tile_first(rows, t + 1, count);
            const lookahead ahead = fetched_by(p, panel, width, t, count);
            tiles[width / 2][next - m](p, first + m, panel, ahead);
        }
    }
}

static void multiply_block(const nlp_int8_dense *dense, nlp_int8_rows x, int first, int rows,
                           float *out, long out_stride, char *scratch) {
    const nlp_int8_rows some = nlp_int8_rows_from(x, first);
    const operand operand = operand_of(dense, some, rows, scratch);
    const product p = {dense, some, &operand, out + first * out_stride, out_stride};
    product_rows(&p, 0, rows);
}

static void dense_float(const nlp_int8_dense *dense, nlp_int8_rows x, int rows, float *out,
                        long out_stride, void *scratch) {
    for (int first = 0; first < rows; first += ROWS_AT_ONCE) {
        const int count = rows - first < ROWS_AT_ONCE ? rows - first : ROWS_AT_ONCE;
        multiply_block(dense, x, first, count, out, out_stride, scratch);
    }
}

static void dense_activation(const nlp_int8_dense *dense, nlp_int8_rows x, int rows,
                             nlp_int8_activation f, nlp_int8_rows out, void *scratch) {
    char *rest = scratch;
    const long stride = int8_padded(dense->outputs, LANES);
    float *values = int8_take(&rest, sizeof(float) * (size_t)(stride * block_rows(rows)));
    float *row = int8_take(&rest, sizeof(float) * (size_t)stride);
    const int blocks = (rows + INT8_BLOCK - 1) / INT8_BLOCK;
    for (int block = 0; block < blocks; block++) {
        const int first = (int)((long)rows * block / blocks);
        const int count = (int)((long)rows * (block + 1) / blocks) - first;
        multiply_block(dense, nlp_int8_rows_from(x, first), 0, count, values, stride, rest);
        activate_rows(f, values, stride, count, row, nlp_int8_rows_from(out, first));
    }
}

static void dense_norm(const nlp_int8_dense *dense, nlp_int8_rows x, int rows,
                       const float *residual, const float *gamma, const float *beta, float epsilon,
                       float *out, long stride, nlp_int8_rows quantized, void *scratch) {
    char *rest = scratch;
    const long pitch = int8_padded(dense->outputs, LANES);
    float *values = int8_take(&rest, sizeof(float) * (size_t)(pitch * block_rows(rows)));
    float *sums = int8_take(&rest, sizeof(float) * (size_t)(pitch * ROWS_TOGETHER));
    const int blocks = (rows + INT8_BLOCK - 1) / INT8_BLOCK;
    for (int block = 0; block < blocks; block++) {
        const long first = (long)rows * block / blocks;
        const int count = (int)((long)rows * (block + 1) / blocks - first);
        multiply_block(dense, nlp_int8_rows_from(x, first), 0, count, values, pitch, rest);
        norm_rows n = {.x = values, .x_stride = pitch, .gamma = gamma, .beta = beta, .sums = sums};
        n.epsilon = epsilon;
        n.columns = dense->outputs;
        n.stride = stride;
        n.residual = residual + first * stride;
        n.out = out + first * stride;
        if (quantized.bytes) n.quantized = nlp_int8_rows_from(quantized, first);
        norm_all(&n, count);
    }
}

static void norm(float *x, long stride, int rows, int columns, const float *gamma,
                 const float *beta, float epsilon, nlp_int8_rows quantized) {
    const norm_rows n = {.x = x, .x_stride = stride, .gamma = gamma, .beta = beta,
                         .epsilon = epsilon, .out = x, .stride = stride, .columns = columns,
                         .quantized = quantized};
    norm_all(&n, rows);
}
