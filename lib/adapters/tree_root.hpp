#pragma once

#include <string>

#include "lib/adapters/descriptor.hpp"

namespace adapters {

/// Whether a path begins with a file system as a process sees it: "/proc/ID/root/…".
bool isView(const std::string& root);

/// A tree's root, through no link; of a process's view the one that is meant. Not open, with errno,
/// where it can't be. `flags` as of open(2).
Descriptor openRoot(const std::string& root, int flags);

}  // namespace adapters
