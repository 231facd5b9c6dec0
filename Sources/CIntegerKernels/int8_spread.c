/* Spreads the bytes of a sparse matrix by its bitmap: 64 elements a step, by AVX-512 VBMI2, by BMI2's
 * deposit of bits, or one by one. All give the same bytes. */
#include "cintegerkernels.h"
#include <string.h>

#define INLINE static inline __attribute__((always_inline, unused))

typedef struct {
    const uint8_t *bitmap;
    size_t bitmap_size;
    const int8_t *values;
    size_t available;
} source;

/* Bits [place, place + 64) of the bitmap, which ends with zeros. */
INLINE uint64_t bits_at(const source *s, size_t place) {
    const size_t byte = place / 8, shift = place % 8;
    uint8_t some[9] = {0};
    const uint8_t *at = s->bitmap + byte;
    if (byte + 9 > s->bitmap_size) {
        if (byte < s->bitmap_size) memcpy(some, at, s->bitmap_size - byte);
        at = some;
    }
    uint64_t low;
    memcpy(&low, at, 8);
    return shift ? low >> shift | (uint64_t)at[8] << (64 - shift) : low;
}

INLINE uint64_t lowest_bits(size_t count) {
    return count >= 64 ? ~(uint64_t)0 : ((uint64_t)1 << count) - 1;
}

static size_t spread_plain(const source *s, size_t first, size_t count, int8_t *out) {
    size_t next = 0;
    for (size_t i = 0; i < count; i += 64) {
        uint64_t bits = bits_at(s, first + i);
        const size_t now = count - i < 64 ? count - i : 64;
        for (size_t j = 0; j < now; j++, bits >>= 1) {
            const size_t is_set = (bits & 1) && next < s->available;
            out[i + j] = is_set ? s->values[next] : 0;
            next += is_set;
        }
    }
    return next;
}

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>

/* The next 64 values; those that are not there are 0. */
#define VBMI2 __attribute__((target("avx512f,avx512bw,avx512vbmi2,popcnt")))
static VBMI2 size_t spread_vbmi2(const source *s, size_t first, size_t count, int8_t *out) {
    size_t next = 0;
    for (size_t i = 0; i < count; i += 64) {
        const uint64_t wanted = lowest_bits(count - i);
        const uint64_t bits = bits_at(s, first + i) & wanted;
        const size_t rest = s->available - next;
        const __m512i values = _mm512_maskz_loadu_epi8(lowest_bits(rest), s->values + next);
        _mm512_mask_storeu_epi8(out + i, wanted, _mm512_maskz_expand_epi8(bits, values));
        const size_t used = (size_t)__builtin_popcountll(bits);
        next += used < rest ? used : rest;
    }
    return next;
}

#define BMI2 __attribute__((target("bmi2,popcnt")))
static BMI2 size_t spread_bmi2(const source *s, size_t first, size_t count, int8_t *out) {
    size_t next = 0, i = 0;
    for (; i + 64 <= count && next + 64 <= s->available; i += 64) {
        uint64_t bits = bits_at(s, first + i);
        for (size_t j = 0; j < 64; j += 8, bits >>= 8) {
            const uint64_t places = _pdep_u64(bits & 0xff, 0x0101010101010101u) * 0xff;
            uint64_t eight;
            memcpy(&eight, s->values + next, 8);
            eight = _pdep_u64(eight, places);
            memcpy(out + i + j, &eight, 8);
            next += (size_t)__builtin_popcountll(bits & 0xff);
        }
    }
    const source rest = {s->bitmap, s->bitmap_size, s->values + next, s->available - next};
    return next + spread_plain(&rest, first + i, count - i, out + i);
}

static int has_bmi2(void) {
    unsigned a, b, c, d;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & (1u << 8)) &&
           __builtin_cpu_supports("popcnt");
}
#endif

size_t nlp_int8_spread(nlp_int8_path path, const uint8_t *bitmap, size_t bitmap_size, size_t first,
                       size_t count, const int8_t *values, size_t available, int8_t *out) {
    const source s = {bitmap, bitmap_size, values, available};
#if defined(__x86_64__)
    if (path >= NLP_INT8_AVX512 && __builtin_cpu_supports("avx512vbmi2"))
        return spread_vbmi2(&s, first, count, out);
    if (path >= NLP_INT8_AVX2 && has_bmi2()) return spread_bmi2(&s, first, count, out);
#else
    (void)path;
#endif
    return spread_plain(&s, first, count, out);
}

INLINE size_t ones(const uint8_t *bitmap, size_t size) {
    size_t total = 0, i = 0;
    for (; i + 8 <= size; i += 8) {
        uint64_t word;
        memcpy(&word, bitmap + i, 8);
        total += (size_t)__builtin_popcountll(word);
    }
    for (; i < size; i++) total += (size_t)__builtin_popcount(bitmap[i]);
    return total;
}

#if defined(__x86_64__)
static __attribute__((target("popcnt"))) size_t ones_popcnt(const uint8_t *bitmap, size_t size) {
    return ones(bitmap, size);
}
#endif

size_t nlp_int8_ones(const uint8_t *bitmap, size_t size) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("popcnt")) return ones_popcnt(bitmap, size);
#endif
    return ones(bitmap, size);
}
