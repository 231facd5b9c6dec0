#ifndef NLPIPE_CCEILINGS_H
#define NLPIPE_CCEILINGS_H
/* The most that one core can do: loops over registers alone, no memory, no dependency that stalls. */

typedef enum {
    CEILING_FLOAT_AVX2 = 0,   /* float32 multiply-add, 256 bit */
    CEILING_FLOAT_AVX512 = 1, /* the same, 512 bit */
    CEILING_INT8_AVXVNNI = 2, /* VPDPBUSD, 256 bit */
    CEILING_INT8_AVX512 = 3,  /* VPDPBUSD, 512 bit */
    CEILING_BFLOAT16_AMX = 4, /* TDPBF16PS */
    CEILING_INT8_AMX = 5,     /* TDPBUSD */
    CEILING_COUNT = 6
} ceiling_kind;

/* A short name, such as "avx512". */
const char *ceiling_name(ceiling_kind kind);

/* Non-zero when the CPU and the operating system have it. Asks for AMX's tile memory when first
 * called for it. */
int ceiling_available(ceiling_kind kind);

/* 10^9 operations (a multiplication and an addition are two) a second, the best of `tries` runs of
 * about a millisecond; 0 when it is not available. */
double ceiling_measure(ceiling_kind kind, int tries);
#endif
