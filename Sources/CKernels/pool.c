/* The pool's protocol.
 *
 * A loop is announced by a new number in `open`, and `signal` wakes those who sleep. A worker counts
 * itself in (`inside`), then looks whether the loop is still open: only then it may touch the
 * loop's fields. The caller takes iterations like everyone; when none is left it closes the loop
 * and waits for those inside alone. So a worker that the system does not let run holds up nothing
 * but the iteration that it is in, and never more than one loop. */
#include "cpool.h"

#include <stddef.h>
#include <stdlib.h>

#if defined(__linux__)
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

struct nlp_pool {
    _Alignas(64) _Atomic uint32_t signal;
    _Atomic uint32_t sleepers, stopping;
    _Alignas(64) _Atomic uint32_t open;
    _Alignas(64) _Atomic uint32_t inside;
    _Atomic uint32_t caller_sleeps;
    _Alignas(64) _Atomic long next;
    _Alignas(64) _Atomic uint32_t taken;
    long count;
    void (*body)(void *, long);
    void *context;
    int workers;
    pthread_t threads[];
};

/* About 20 microseconds: longer than the pauses between the loops of a training step, much shorter
 * than a time slice, so that another process gets its core. */
enum { PATIENCE = 500 };

static void pause_briefly(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#else
    __asm__ volatile("" ::: "memory");
#endif
}

static void wait_on(_Atomic uint32_t *word, uint32_t value) {
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0);
}

static void wake(_Atomic uint32_t *word, int count) {
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, NULL, NULL, 0);
}

static void take_iterations(nlp_pool *pool) {
    const long count = pool->count;
    for (;;) {
        const long index = atomic_fetch_add_explicit(&pool->next, 1, memory_order_relaxed);
        if (index >= count) return;
        pool->body(pool->context, index);
    }
}

static void leave(nlp_pool *pool) {
    if (atomic_fetch_sub(&pool->inside, 1) == 1 && atomic_load(&pool->caller_sleeps))
        wake(&pool->inside, 1);
}

/* Waits for another signal than `seen` and returns it. */
static uint32_t next_signal(nlp_pool *pool, uint32_t seen) {
    uint32_t signal;
    for (int i = 0; i < PATIENCE; i++) {
        signal = atomic_load(&pool->signal);
        if (signal != seen) return signal;
        pause_briefly();
    }
    atomic_fetch_add(&pool->sleepers, 1);
    while ((signal = atomic_load(&pool->signal)) == seen) wait_on(&pool->signal, seen);
    atomic_fetch_sub(&pool->sleepers, 1);
    return signal;
}

static void *work(void *argument) {
    nlp_pool *pool = argument;
    uint32_t seen = 0;
    for (;;) {
        seen = next_signal(pool, seen);
        if (atomic_load(&pool->stopping)) return NULL;
        atomic_fetch_add(&pool->inside, 1);
        if (atomic_load(&pool->open)) take_iterations(pool);
        leave(pool);
    }
}

static void announce(nlp_pool *pool) {
    atomic_fetch_add(&pool->signal, 1);
    if (atomic_load(&pool->sleepers)) wake(&pool->signal, pool->workers);
}

nlp_pool *nlp_pool_create(int workers) {
    if (workers < 1) return NULL;
    size_t size = sizeof(nlp_pool) + (size_t)workers * sizeof(pthread_t);
    size = (size + 63) / 64 * 64;
    nlp_pool *pool = aligned_alloc(64, size);
    if (!pool) return NULL;
    *pool = (nlp_pool){0};
    while (pool->workers < workers &&
           pthread_create(&pool->threads[pool->workers], NULL, work, pool) == 0)
        pool->workers++;
    if (pool->workers > 0) return pool;
    free(pool);
    return NULL;
}

void nlp_pool_destroy(nlp_pool *pool) {
    if (!pool) return;
    atomic_store(&pool->stopping, 1);
    announce(pool);
    for (int i = 0; i < pool->workers; i++) pthread_join(pool->threads[i], NULL);
    free(pool);
}

static void wait_for_workers(nlp_pool *pool) {
    for (int i = 0; i < PATIENCE; i++) {
        if (atomic_load(&pool->inside) == 0) return;
        pause_briefly();
    }
    atomic_store(&pool->caller_sleeps, 1);
    uint32_t inside;
    while ((inside = atomic_load(&pool->inside)) != 0) wait_on(&pool->inside, inside);
    atomic_store(&pool->caller_sleeps, 0);
}

void nlp_pool_run(nlp_pool *pool, long count, void (*body)(void *, long), void *context) {
    if (count < 2 || !pool || atomic_exchange(&pool->taken, 1)) {
        for (long index = 0; index < count; index++) body(context, index);
        return;
    }
    pool->count = count;
    pool->body = body;
    pool->context = context;
    atomic_store(&pool->next, 0);
    atomic_store(&pool->open, 1);
    announce(pool);
    take_iterations(pool);
    atomic_store(&pool->open, 0);
    wait_for_workers(pool);
    atomic_store(&pool->taken, 0);
}
#else
/* Without futexes loops run on their caller; results are the same. */
nlp_pool *nlp_pool_create(int workers) {
    (void)workers;
    return NULL;
}

void nlp_pool_destroy(nlp_pool *pool) { (void)pool; }

void nlp_pool_run(nlp_pool *pool, long count, void (*body)(void *, long), void *context) {
    (void)pool;
    for (long index = 0; index < count; index++) body(context, index);
}
#endif
