#pragma once

#include <string>
#include <string_view>

#include "lib/adapters/descriptor.hpp"

namespace adapters {

/// A name in an open folder: what the *at() system calls work on. The folder's own path may go
/// through links (an administrator may have moved it); the name is never followed.
struct Place {
  Descriptor folder;
  std::string name;
  std::string path;  // for messages
};

/// Errors: usage (relative path, NUL byte, "/" or a last component of "." or ".."), not_found and
/// denied for the folder.
Place placeOf(const std::string& path);

/// Opens the name in its folder without following a link. A FIFO doesn't block.
/// Errors: as trouble(); refused for a link.
Descriptor openAt(const Place& place, int flags, unsigned mode = 0);
/// Writes all of it. Errors: unexpected (disk full).
void writeAll(const Descriptor& file, std::string_view bytes, const std::string& path);
/// Waits until the content is on disk; for a folder, until its entries are.
void syncFile(const Descriptor& file, const std::string& path);

}  // namespace adapters
