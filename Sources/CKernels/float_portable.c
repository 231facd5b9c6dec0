/* The path that every CPU has. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define PATH_NAME "scalar"
#define PATH_TABLE nlp_kernels_portable
#include "float_path.h"
