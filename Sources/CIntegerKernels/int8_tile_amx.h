/* Sums by AMX tiles, a block of rows at a time; the "tiles" here only read them. */
#define TILE_ROWS 6
#define TILE_VECTORS 6
#define WIDEST_TILE(rows) 1
#define ROWS_AT_ONCE INT8_BLOCK

typedef struct {
    const int32_t *sums;
    long stride;
} operand;

INLINE operand operand_of(const nlp_int8_dense *dense, nlp_int8_rows x, int rows, char *scratch) {
    const int stride = (int)int8_padded(dense->outputs, LANES);
    int32_t *sums = (int32_t *)scratch;
    int8_sums_amx(x.bytes, x.stride, rows, dense->packed, x.stride / 4, 0, stride / LANES, sums,
                  stride);
    return (operand){sums, stride};
}

INLINE void tile_sums(const operand *o, int m, int panel, const int rows, const int panels,
                      lookahead next, vi *sums) {
    (void)panels, (void)next;
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++)
        sums[i] = load_integers(o->sums + (m + i) * o->stride + panel * LANES);
}
