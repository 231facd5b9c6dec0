/* The body of one path: define PATH_NAME and PATH_TABLE, set the target attribute, include this. */
#include "ckernels.h"

/* Vectors are passed only between functions that are always inlined: no ABI is involved. */
#pragma clang diagnostic ignored "-Wpsabi"
#include "vector_math.h"

#include "rows_body.h"

#include "attention_body.h"

#include "update_body.h"

const nlp_kernels PATH_TABLE = {
    .name = PATH_NAME,
    .bias_activation = bias_activation,
    .activation_backward = activation_backward,
    .add_bias = add_bias,
    .mask_rows = mask_rows,
    .column_sums = column_sums,
    .product_sums = product_sums,
    .norm = norm,
    .norm_backward = norm_backward,
    .softmax = softmax,
    .exponential = exponential,
    .attention = attention,
    .attention_backward = attention_backward,
    .axpy = axpy,
    .scale = scale_all,
    .sum_squares = sum_squares,
    .adamw = adamw,
    .adamw_idle = adamw_idle,
};
