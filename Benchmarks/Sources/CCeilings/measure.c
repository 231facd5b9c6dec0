#include <time.h>

#include "cceilings.h"
#include "loops.h"

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

double ceiling_measure(ceiling_kind kind, int tries) {
    static double (*const loops[CEILING_COUNT])(long) = {
        loop_float_avx2, loop_float_avx512, loop_int8_avxvnni,
        loop_int8_avx512, loop_bfloat16_amx, loop_int8_amx,
    };
    enum { ROUNDS = 400000 };
    if (kind >= CEILING_COUNT || !ceiling_available(kind)) return 0;
    double best = 0;
    for (int i = 0; i < tries; i++) {
        double start = seconds();
        double operations = loops[kind](ROUNDS);
        double rate = operations * ROUNDS / (seconds() - start) * 1e-9;
        if (rate > best) best = rate;
    }
    return best;
}
