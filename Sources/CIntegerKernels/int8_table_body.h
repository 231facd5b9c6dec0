/* Rows of embedding tables, and the packing of weights. */

INLINE void write(float *out, vf v, const int add) { store(out, add ? load(out) + v : v); }

static void add(const float *x, int count, float *out) {
    for (long c = 0; c < count; c++) out[c] += x[c];
}

static void expand(const int8_t *q, float scale, int count, int add, float *out) {
    typedef int8_t bytes __attribute__((ext_vector_type(LANES)));
    long c = 0;
    for (; c + LANES <= count; c += LANES) {
        bytes b;
        __builtin_memcpy(&b, q + c, sizeof b);
        write(out + c, __builtin_convertvector(b, vf) * scale, add);
    }
    for (; c < count; c++) out[c] = (add ? out[c] : 0) + scale * (float)q[c];
}

/* 16 nibbles, low halves first. */
INLINE vf nibbles(const uint8_t *q) {
    uint64_t bits;
    __builtin_memcpy(&bits, q, sizeof bits);
    const vu halves = {0, 4, 8, 12, 16, 20, 24, 28, 0, 4, 8, 12, 16, 20, 24, 28};
    const vu low = (uint32_t)bits, high = (uint32_t)(bits >> 32);
    const vu words = lane_index() < 8u ? low : high;
    return __builtin_convertvector((vi)((words >> halves) & 15u) - 8, vf);
}

static void expand_nibbles(const uint8_t *q, const float *scales, int group, int count, int add,
                           float *out) {
    long c = 0;
    if (group % LANES == 0)
        for (; c + LANES <= count; c += LANES)
            write(out + c, nibbles(q + c / 2) * scales[c / group], add);
    for (; c < count; c++) {
        const int level = c % 2 ? q[c / 2] >> 4 : q[c / 2] & 15;
        out[c] = (add ? out[c] : 0) + scales[c / group] * (float)(level - 8);
    }
}

/* 16 rows x 64 bytes from column k on, transposed as groups of 4 bytes. Absent bytes become 0. */
static void pack_square(const int8_t *weights, int rows, long k, long depth, int8_t *packed) {
    vf words[LANES];
    const size_t count = (size_t)(depth - k < 64 ? depth - k : 64);
    for (int i = 0; i < LANES; i++) {
        const int8_t *row = weights + i * depth + k;
        int8_t some[64] = {0};
        if (i < rows && count < 64) memcpy(some, row, count);
        memcpy(&words[i], i < rows && count == 64 ? row : some, 64);
    }
    transpose(words);
    for (int i = 0; i < LANES; i++) memcpy(packed + i * 64, &words[i], 64);
}

static void pack(const int8_t *weights, int first, int last, int depth, int8_t *packed,
                 int32_t *sums) {
    const long padded_depth = int8_padded(depth, 64);
    for (int n = first; n < last; n += LANES) {
        const int rows = last - n < LANES ? last - n : LANES;
        const int8_t *part = weights + (long)(n - first) * depth;
        int8_t *panel = packed + n * padded_depth;
        for (long k = 0; k < depth; k += 64) pack_square(part, rows, k, depth, panel + k * LANES);
        for (int i = 0; i < LANES; i++) {
            int32_t sum = 0;
            for (long k = 0; i < rows && k < depth; k++) sum += part[i * depth + k];
            sums[n + i] = sum;
        }
    }
}
