#include "ckernels.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#if defined(__linux__)
#include <sys/mman.h>

void nlp_use_large_pages(void *memory, long bytes) {
    (void)madvise(memory, (size_t)bytes & ~(size_t)4095, MADV_HUGEPAGE);
}

void *nlp_map_zeros(long bytes) {
    void *memory = mmap(NULL, (size_t)bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                        -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

void nlp_unmap_zeros(void *memory, long bytes) { (void)munmap(memory, (size_t)bytes); }
#else
void nlp_use_large_pages(void *memory, long bytes) {
    (void)memory;
    (void)bytes;
}

void *nlp_map_zeros(long bytes) {
    const size_t size = ((size_t)bytes + 63) / 64 * 64;
    void *memory = aligned_alloc(64, size);
    if (memory) memset(memory, 0, size);
    return memory;
}

void nlp_unmap_zeros(void *memory, long bytes) {
    (void)bytes;
    free(memory);
}
#endif
