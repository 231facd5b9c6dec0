#ifndef CEILING_LOOPS_H
#define CEILING_LOOPS_H
/* Each loop does `rounds` rounds and returns the operations of one round. */
double loop_float_avx2(long rounds);
double loop_float_avx512(long rounds);
double loop_int8_avxvnni(long rounds);
double loop_int8_avx512(long rounds);
double loop_bfloat16_amx(long rounds);
double loop_int8_amx(long rounds);
#endif
