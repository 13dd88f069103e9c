#pragma once

// The hash's whole code comes with the header: nothing to link, and short rows pay for no call.
#define XXH_INLINE_ALL
#include <xxhash.h>
