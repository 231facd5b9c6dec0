#ifndef NLPIPE_CPOOL_H
#define NLPIPE_CPOOL_H
/* A few threads that share the iterations of a loop. */

typedef struct nlp_pool nlp_pool;

/* Starts `workers` threads that wait for work; NULL when the system gives none. */
nlp_pool *nlp_pool_create(int workers);

/* Ends the threads. No loop may be running. */
void nlp_pool_destroy(nlp_pool *pool);

/* Calls body(context, index) once for every index below `count`, on the calling thread and on those
 * of the pool, in any order; returns when all calls have returned. A loop inside of a loop, or one
 * of another thread while the pool is taken, runs on its caller alone. */
void nlp_pool_run(nlp_pool *pool, long count, void (*body)(void *context, long index),
                  void *context);
#endif
