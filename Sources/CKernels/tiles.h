/* Tile registers, as the kernels on them see them: the instructions of AMX, or with TILES_MODEL a
 * software model of what Intel's manual says that they do (SDM volume 2, TDPBF16PS, TDPBUSD).
 *
 * There are eight tiles of up to 16 rows of up to 64 bytes. By convention of this file 0 to 3 are a
 * 2 x 2 block of sums, 4 and 5 its left operands, 6 and 7 its right ones; all rows are 64 bytes long
 * and the number of rows of each half of the block is configured. */
#ifndef NLPIPE_TILES_H
#define NLPIPE_TILES_H
#include <stdint.h>
#include <string.h>

enum { TILE_ROWS = 16, TILE_BYTES = 64 };

#if !defined(TILES_MODEL)
#include <immintrin.h>

#define TILE_FUNCTION                                                                              \
    __attribute__((target("amx-tile,amx-bf16,amx-int8,avx512f,avx512bw,avx512vl,avx512dq")))
#define TILE_INLINE static inline __attribute__((always_inline)) TILE_FUNCTION

/* The registers are the thread's own. */
typedef struct {
    uint8_t palette, start_row, reserved[14];
    uint16_t bytes[16];
    uint8_t rows[16];
} tile_set;

/* Configures upper rows for tiles 0, 1 and 4, and lower rows for 2, 3 and 5. All become zero. */
TILE_INLINE void tiles_configure(tile_set *set, int upper, int lower) {
    memset(set, 0, sizeof *set);
    set->palette = 1;
    for (int t = 0; t < 8; t++) {
        set->rows[t] = (uint8_t)(t >= 6 ? TILE_ROWS : t == 2 || t == 3 || t == 5 ? lower : upper);
        set->bytes[t] = set->rows[t] ? TILE_BYTES : 0;
    }
    _tile_loadconfig(set);
}

#define tiles_release(SET) ((void)(SET), _tile_release())
#define tile_zero(SET, T) ((void)(SET), _tile_zero(T))
#define tile_load(SET, T, FROM, STRIDE) ((void)(SET), _tile_loadd(T, FROM, STRIDE))
#define tile_store(SET, T, TO, STRIDE) ((void)(SET), _tile_stored(T, TO, STRIDE))
#define tile_bf16(SET, SUM, LEFT, RIGHT) ((void)(SET), _tile_dpbf16ps(SUM, LEFT, RIGHT))
#define tile_u8s8(SET, SUM, LEFT, RIGHT) ((void)(SET), _tile_dpbusd(SUM, LEFT, RIGHT))

#else
#include "tiles_model.h"
#endif
#endif
