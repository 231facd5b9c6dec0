/* The body of one path: its target attribute is in force, and it has defined PATH_NAME, PATH_TABLE
 * and included the header of its tiles, which defines
 *   operand, operand_of: the activations as the tiles read them;
 *   begin_panels: called before the tiles of some panels; tile_sums: exact sums of a tile;
 *   correction_of, factor_of, corrected: a sum less zero * column sum;
 *   store_bytes: 64 integers as bytes, limited to 0...255. */
#include "int8_table_body.h"

#include "int8_rows_body.h"

#include "int8_norm_body.h"

#include "int8_product_body.h"

#include "int8_attention_body.h"

#include "int8_attention_sequence.h"

const int8_path PATH_TABLE = {
    .name = PATH_NAME,
    .pack = pack,
    .quantize = quantize,
    .dense_float = dense_float,
    .dense_activation = dense_activation,
    .dense_norm = dense_norm,
    .norm = norm,
    .attention = attention,
    .add = add,
    .expand = expand,
    .expand_nibbles = expand_nibbles,
};
