/* The operands of tiles that read the bytes where they lie: nothing is made of them beforehand. */
typedef struct {
    nlp_int8_rows x;
    const int8_t *packed;
} operand;

INLINE operand operand_of(const nlp_int8_dense *dense, nlp_int8_rows x, int rows, char *scratch) {
    (void)rows, (void)scratch;
    return (operand){x, dense->packed};
}

INLINE void begin_panels(const operand *o, int panel, int width) {
    (void)o, (void)panel, (void)width;
}
