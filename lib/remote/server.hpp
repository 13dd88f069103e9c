#pragma once

#include "lib/core/stream.hpp"
#include "lib/ports/files.hpp"
#include "lib/ports/trees.hpp"

namespace remote {

/// Serves a file system and its trees to the other half until its stream ends: one request, one
/// answer. The first request names the version; with another one than ours, nothing is served.
/// Locks that were taken and files that were begun go when this returns. Errors: corrupt (no
/// frames), those of `out`.
void serve(ports::Files& files, ports::Trees& trees, core::Source& in, core::Sink& out);

}  // namespace remote
