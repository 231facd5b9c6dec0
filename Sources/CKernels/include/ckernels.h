#ifndef NLPIPE_CKERNELS_H
#define NLPIPE_CKERNELS_H
#include "ckernels_float.h"
#include "ckernels_int8.h"
#endif
