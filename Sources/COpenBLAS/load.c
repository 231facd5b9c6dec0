#include "copenblas.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

/* Values of CBLAS_LAYOUT and CBLAS_TRANSPOSE, fixed by the CBLAS standard. */
enum { ROW_MAJOR = 101, NO_TRANS = 111, TRANS = 112 };

typedef void (*sgemm_fn)(int, int, int, int, int, int, float, const float *, int, const float *, int,
                         float, float *, int);

static sgemm_fn sgemm;
static char *(*core_name)(void);
static const char *failure;
static pthread_once_t once = PTHREAD_ONCE_INIT;

#if defined(__x86_64__)
static const char *core_type(void) {
    unsigned a, b, c, d, lo, hi;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & (1u << 27))) return NULL; /* OSXSAVE */
    const int fma = (c >> 12) & 1;
    __asm__ volatile("xgetbv" : "=a"(lo), "=d"(hi) : "c"(0));
    if ((lo & 6) != 6 || !__get_cpuid_count(7, 0, &a, &b, &c, &d)) return NULL;
    const unsigned avx512 = (1u << 16) | (1u << 17) | (1u << 28) | (1u << 30) | (1u << 31);
    if ((lo & 0xe6) == 0xe6 && (b & avx512) == avx512) return "SkylakeX";
    if (fma && (b & (1u << 5))) return "Haswell";
    return NULL;
}
#else
static const char *core_type(void) { return NULL; }
#endif

static void load(void) {
    const char *core = core_type();
    if (core) setenv("OPENBLAS_CORETYPE", core, 0);
    setenv("OPENBLAS_NUM_THREADS", "1", 1);
    void *library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
    if (!library) library = dlopen("libopenblas.so", RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        failure = "OpenBLAS (libopenblas.so.0) is not installed; on Debian: apt-get install "
                  "libopenblas0-pthread";
        return;
    }
    sgemm = (sgemm_fn)dlsym(library, "cblas_sgemm");
    core_name = (char *(*)(void))dlsym(library, "openblas_get_corename");
    if (!sgemm) failure = "the OpenBLAS that was found has no cblas_sgemm";
}

const char *nlp_blas_load(void) {
    pthread_once(&once, load);
    return failure;
}

const char *nlp_blas_core(void) { return core_name ? core_name() : ""; }

/* What the product means, for a machine whose OpenBLAS is gone when it is first needed. */
static void plain(int transposeA, int transposeB, int m, int n, int k, float alpha, const float *a,
                  int lda, const float *b, int ldb, float beta, float *c, int ldc) {
    for (int i = 0; i < m; i++)
        for (int j = 0; j < n; j++) {
            float sum = 0;
            for (int p = 0; p < k; p++)
                sum += (transposeA ? a[(size_t)p * lda + i] : a[(size_t)i * lda + p]) *
                       (transposeB ? b[(size_t)j * ldb + p] : b[(size_t)p * ldb + j]);
            float *to = c + (size_t)i * ldc + j;
            *to = alpha * sum + (beta == 0 ? 0 : beta * *to);
        }
}

void nlp_sgemm(int transposeA, int transposeB, int m, int n, int k, float alpha, const float *a,
               int lda, const float *b, int ldb, float beta, float *c, int ldc) {
    if (nlp_blas_load()) {
        plain(transposeA, transposeB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
        return;
    }
    sgemm(ROW_MAJOR, transposeA ? TRANS : NO_TRANS, transposeB ? TRANS : NO_TRANS, m, n, k, alpha, a,
          lda, b, ldb, beta, c, ldc);
}
