#ifndef NLPIPE_CGIT2_SHIM_H
#define NLPIPE_CGIT2_SHIM_H
#include <git2.h>

/* git_libgit2_opts is variadic, which Swift cannot call; these are the two options in use. */

static inline int nlpipe_git_skip_owner_validation(void) {
    return git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
}

static inline int nlpipe_git_allow_extension(const char *name) {
    const char *names[1] = {name};
    return git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, names, (size_t)1);
}

#endif
