/* Sums by AMX tiles, four panels of all rows at a time; the "tiles" here only read them. */
#define WIDE_TILES
#define TILE_ROWS 6
#define TILE_VECTORS 24
#define WIDEST_TILE(rows) 4
#define ROWS_AT_ONCE INT8_BLOCK
#define SUMS_STRIDE (4 * LANES)

typedef struct {
    nlp_int8_rows x;
    const int8_t *packed;
    int rows;
    int32_t *sums;
} operand;

INLINE operand operand_of(const nlp_int8_dense *dense, nlp_int8_rows x, int rows, char *scratch) {
    return (operand){x, dense->packed, rows, (int32_t *)scratch};
}

INLINE void begin_panels(const operand *o, int panel, int width) {
    const int8_t *packed = o->packed + (long)panel * LANES * o->x.stride;
    SUMS_OF_TILES(o->x.bytes, o->x.stride, o->rows, packed, o->x.stride / 4, 0, width, o->sums,
                  SUMS_STRIDE);
}

INLINE void tile_sums(const operand *o, int m, int panel, const int rows, const int panels,
                      lookahead next, vi *sums) {
    (void)panel, (void)next;
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++)
#pragma clang loop unroll(full)
        for (int j = 0; j < panels; j++)
            sums[i * panels + j] = load_integers(o->sums + (m + i) * SUMS_STRIDE + j * LANES);
}
