#ifndef NLPIPE_COPENBLAS_H
#define NLPIPE_COPENBLAS_H
/* The two products of OpenBLAS that nlpipe uses, row-major, 32-bit sizes.
 *
 * The library is loaded at the first call, not linked: Debian's OpenBLAS chooses its kernels by CPU
 * model number while it is being loaded, and on processors newer than it falls back to SSE3 kernels
 * (measured: 33 instead of 159 GFLOP/s a core). The choice can only be corrected through the
 * environment before loading. */

/* Loads OpenBLAS once, with kernels that fit the CPU and a single thread of its own.
 * Returns NULL when it is there, otherwise a message that says what is missing. */
const char *nlp_blas_load(void);

/* The kernel family that OpenBLAS chose, such as "SkylakeX"; "" before loading. */
const char *nlp_blas_core(void);

/* C[m,n] = alpha * op(A) * op(B) + beta * C; transposeA/B non-zero means the operand is stored
 * transposed. Leading dimensions are row lengths as stored. Loads OpenBLAS if nobody has; without one
 * the product is computed slowly. */
void nlp_sgemm(int transposeA, int transposeB, int m, int n, int k, float alpha, const float *a,
               int lda, const float *b, int ldb, float beta, float *c, int ldc);
#endif
