#include "cgit2.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>

/* The functions have libgit2's names, so that its header describes them. They are hidden: libgit2
 * itself, which is loaded later, must find its own. */
#define HIDDEN(name) __asm__(".hidden " #name);

#define CODE(name, params, arguments) SLOT(name)
#define VALUE(type, name, params, arguments) SLOT(name)
#define RUN(name, params, arguments) SLOT(name)

enum {
#define SLOT(name) slot_##name,
#include "functions.h"
#undef SLOT
    slots
};

static const char *const names[slots] = {
#define SLOT(name) #name,
#include "functions.h"
#undef SLOT
};

#undef CODE
#undef VALUE
#undef RUN

static void *functions[slots];
static int (*options)(int, ...);
static const char *failure;
static pthread_once_t once = PTHREAD_ONCE_INIT;

#define MISSING \
    "libgit2 (libgit2.so." LIBGIT2_SOVERSION ") is not installed; on Debian: apt-get install " \
    "libgit2-" LIBGIT2_SOVERSION

/* While it is loaded, libgit2 reads every certificate that the system trusts, which takes longer than
 * all that we ask of it. Nothing here speaks TLS through it; without certificates it would trust
 * nobody. It finds this function before that of the library. */
__attribute__((visibility("default"), used)) int mbedtls_x509_crt_parse_file(
    void *chain, const char *path) {
    (void)chain;
    (void)path;
    return 0;
}

static void load(void) {
    /* Structures differ between versions: only the one that the header describes will do. */
    void *library = dlopen("libgit2.so." LIBGIT2_SOVERSION, RTLD_NOW | RTLD_LOCAL);
    failure = MISSING;
    if (!library) return;
    for (int slot = 0; slot < slots; slot++)
        if (!(functions[slot] = dlsym(library, names[slot]))) return;
    options = (int (*)(int, ...))dlsym(library, "git_libgit2_opts");
    if (options) failure = NULL;
}

const char *nlpipe_git_load(void) {
    pthread_once(&once, load);
    return failure;
}

int nlpipe_git_skip_owner_validation(void) {
    return nlpipe_git_load() ? -1 : options(GIT_OPT_SET_OWNER_VALIDATION, 0);
}

int nlpipe_git_allow_extension(const char *name) {
    const char *extensions[1] = {name};
    return nlpipe_git_load() ? -1 : options(GIT_OPT_SET_EXTENSIONS, extensions, (size_t)1);
}

#define CODE(name, params, arguments) \
    HIDDEN(name) int name params { \
        return nlpipe_git_load() ? -1 : ((int (*) params)functions[slot_##name])arguments; \
    }
#define VALUE(type, name, params, arguments) \
    HIDDEN(name) type name params { \
        return nlpipe_git_load() ? (type)0 : ((type(*) params)functions[slot_##name])arguments; \
    }
#define RUN(name, params, arguments) \
    HIDDEN(name) void name params { \
        if (!nlpipe_git_load()) ((void (*) params)functions[slot_##name])arguments; \
    }
#include "functions.h"
