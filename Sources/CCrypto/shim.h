#ifndef NLPIPE_CCRYPTO_SHIM_H
#define NLPIPE_CCRYPTO_SHIM_H
#include <openssl/evp.h>
#endif
