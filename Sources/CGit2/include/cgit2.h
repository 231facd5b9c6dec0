#ifndef NLPIPE_CGIT2_H
#define NLPIPE_CGIT2_H
/* libgit2, loaded when it is first used: it needs a dozen libraries more (for SSH, Kerberos, TLS),
 * and most commands no history. See docs/decisions/0010-a-quick-start.md. */
#include <git2.h>

/* Loads libgit2 once. Returns NULL when it is there, otherwise a message that says what is missing;
 * its functions then fail, or return nothing. */
const char *nlpipe_git_load(void);

/* git_libgit2_opts is variadic, which Swift cannot call; these are the two options in use. */
int nlpipe_git_skip_owner_validation(void);
int nlpipe_git_allow_extension(const char *name);

#endif
