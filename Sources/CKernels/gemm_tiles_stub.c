#include "cgemm.h"
int nlp_tiles_available(void) { return 0; }
long nlp_tiles_panel(long depth) { return (depth + 31) / 32 * 512; }
void nlp_tiles_pack_right(const float *b, long stride, int transposed, long depth, long columns,
                          long first, long last, void *packed) {
    (void)b, (void)stride, (void)transposed, (void)depth, (void)columns, (void)first, (void)last, (void)packed;
}
void nlp_tile_model_pack_right(const float *b, long stride, int transposed, long depth,
                               long columns, long first, long last, void *packed) {
    (void)b, (void)stride, (void)transposed, (void)depth, (void)columns, (void)first, (void)last, (void)packed;
}
