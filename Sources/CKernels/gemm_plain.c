/* The obvious product, which the fast ones are compared with. */
#include "cgemm.h"

void nlp_gemm_plain(const float *a, long a_row, long a_depth, const float *b, long b_depth,
                    long b_column, long rows, long columns, long depth, double *c) {
    for (long i = 0; i < rows; i++)
        for (long j = 0; j < columns; j++)
            for (long k = 0; k < depth; k++)
                c[i * columns + j] += (double)a[i * a_row + k * a_depth] *
                                      (double)b[k * b_depth + j * b_column];
}
