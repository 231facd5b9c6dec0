/* The path that every CPU has: the reference, not fast. */
#include "int8_path.h"
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#pragma clang diagnostic ignored "-Wpsabi"
#define PATH_NAME "scalar"
#define PATH_TABLE int8_path_scalar
#include "int8_math.h"
#include "int8_tile_scalar.h"
#include "int8_body.h"
