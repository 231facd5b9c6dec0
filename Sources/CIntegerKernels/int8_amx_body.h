/* Integer sums on tiles: define TILES_MODEL or not, include tiles.h and this. */

typedef struct {
    const uint8_t *q;
    const int8_t *w;
    long q_stride, w_pitch; /* bytes */
    long steps;
    int32_t *sums;
    long sums_stride; /* elements */
} sums_block;

/* 32 x 32 sums, or 16 of either, which are constants where it is inlined. A right tile is 16
 * consecutive groups of a panel. */
TILE_INLINE void sum_block(tile_set *set, const sums_block *t, const int down, const int across) {
    const uint8_t *upper = t->q, *lower = t->q + TILE_ROWS * t->q_stride;
    const int8_t *right = t->w;
    tile_zero(set, 0);
    if (across) tile_zero(set, 1);
    if (down) tile_zero(set, 2);
    if (down && across) tile_zero(set, 3);
    for (long step = 0; step < t->steps; step++) {
        tile_load(set, 4, upper + step * TILE_BYTES, t->q_stride);
        tile_load(set, 6, right + step * TILE_ROWS * TILE_BYTES, TILE_BYTES);
        tile_u8s8(set, 0, 4, 6);
        if (across) {
            tile_load(set, 7, right + t->w_pitch + step * TILE_ROWS * TILE_BYTES, TILE_BYTES);
            tile_u8s8(set, 1, 4, 7);
        }
        if (down) {
            tile_load(set, 5, lower + step * TILE_BYTES, t->q_stride);
            tile_u8s8(set, 2, 5, 6);
            if (across) tile_u8s8(set, 3, 5, 7);
        }
    }
    tile_store(set, 0, t->sums, t->sums_stride * 4);
    if (across) tile_store(set, 1, t->sums + 16, t->sums_stride * 4);
    if (down) tile_store(set, 2, t->sums + 16 * t->sums_stride, t->sums_stride * 4);
    if (down && across) tile_store(set, 3, t->sums + 16 * t->sums_stride + 16, t->sums_stride * 4);
}

/* All panels for up to 32 rows, which the tiles are configured for. */
TILE_INLINE void sum_rows(tile_set *set, sums_block t, int panels, const int down) {
    for (int panel = 0; panel < panels; panel += 2) {
        if (panel + 1 < panels)
            sum_block(set, &t, down, 1);
        else
            sum_block(set, &t, down, 0);
        t.w += 2 * t.w_pitch;
        t.sums += 32;
    }
}

static TILE_FUNCTION void sums_on_tiles(const uint8_t *q, int stride, int rows,
                                        const int8_t *packed, int groups, int first_panel,
                                        int last_panel, int32_t *sums, int sums_stride) {
    tile_set set;
    sums_block t = {.q = q,
                    .w = packed + (size_t)first_panel * groups * 64,
                    .q_stride = stride,
                    .w_pitch = (long)groups * 64,
                    .steps = groups / 16,
                    .sums = sums + (size_t)first_panel * 16,
                    .sums_stride = sums_stride};
    int configured = 0;
    for (int m = 0; m < rows; m += 32) {
        const int now = rows - m < 32 ? rows - m : 32;
        if (now != configured)
            tiles_configure(&set, now < TILE_ROWS ? now : TILE_ROWS,
                            now > TILE_ROWS ? now - TILE_ROWS : 0);
        configured = now;
        if (now > TILE_ROWS)
            sum_rows(&set, t, last_panel - first_panel, 1);
        else
            sum_rows(&set, t, last_panel - first_panel, 0);
        t.q += 32 * t.q_stride;
        t.sums += 32 * t.sums_stride;
    }
    if (configured) tiles_release(&set);
}
