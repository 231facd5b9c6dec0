#include "ckernels.h"

#include <stddef.h>

extern const nlp_kernels nlp_kernels_portable;
#if defined(__x86_64__)
extern const nlp_kernels nlp_kernels_avx2, nlp_kernels_avx512;
#endif

const nlp_kernels *nlp_kernels_at(int level) {
    if (level > nlp_cpu_level()) return NULL;
    switch (level) {
    case 0:
        return &nlp_kernels_portable;
#if defined(__x86_64__)
    case 1:
        return &nlp_kernels_avx2;
    case 2:
        return &nlp_kernels_avx512;
#endif
    default:
        return NULL;
    }
}

long nlp_attention_scratch(long length, long size) {
    const long pitch = (length + 15) / 16 * 16;
    const long wide = (size + 15) / 16 * 16;
    return pitch * wide + 2 * length * pitch;
}
