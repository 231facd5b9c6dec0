/* Attention of one sequence: heads and blocks of queries, then the contexts quantized. */

/* Values of one head, padded to whole vectors. */
static void pad_values(const float *v, long stride, long tokens, long size, float *padded) {
    const long pitch = int8_padded(size, LANES);
    for (long j = 0; j < tokens; j++) {
        memcpy(padded + j * pitch, v + j * stride, sizeof(float) * (size_t)size);
        for (long c = size; c < pitch; c++) padded[j * pitch + c] = 0;
    }
}

static void attention(const float *qkv, long stride, int tokens, int heads, int head_size,
                      nlp_int8_rows context, void *scratch) {
    char *rest = scratch;
    const long width = (long)heads * head_size, size = head_size, pitch = int8_padded(size, LANES);
    const long wide = int8_padded(width, LANES) + LANES;
    float *queries = int8_take(&rest, sizeof(float) * (size_t)(pitch * QUERIES));
    float *inverse = int8_take(&rest, sizeof(float) * QUERIES);
    float *rows = int8_take(&rest, sizeof(float) * (size_t)(wide * QUERIES));
    float *scores = int8_take(&rest, sizeof(float) * (size_t)tokens * QUERIES);
    float *padded = int8_take(&rest, sizeof(float) * (size_t)(tokens * pitch));
    /* The exponentials are powers of 2. */
    const float scale = 1.44269504088896340736f / sqrtf((float)head_size);
    for (long first = 0; first < tokens; first += QUERIES) {
        const long count = tokens - first < QUERIES ? tokens - first : QUERIES;
        for (long n = 0; n < heads; n++) {
            const float *q = qkv + first * stride + n * size, *k = qkv + width + n * size;
            const float *v = k + width;
            head h = {q,       k,      v,       stride,          tokens, size, stride,
                      queries, scores, inverse, rows + n * size, wide};
            if (size % LANES) {
                pad_values(v, stride, tokens, size, padded);
                h.v = padded;
                h.v_stride = pitch;
            }
            /* What is written behind a head's columns, the next head overwrites. */
            attend(&h, count, scale);
        }
        quantize(rows, wide, (int)count, nlp_int8_rows_from(context, first));
    }
}
