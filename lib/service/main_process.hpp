#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/ports/files.hpp"
#include "lib/service/details.hpp"

namespace service {

/// Looks at one process through /proc. What other people's processes hide is left empty, and named
/// in `unseen`. Nothing if there is no such process. Reads only.
std::optional<MainProcess> lookAtProcess(ports::Files& files, int id,
                                         std::vector<std::string>& unseen);

/// Files that a process has mapped as code and that are no longer there under that name, from the
/// text of /proc/ID/maps (proc(5): " (deleted)" behind the path). Each once, sorted.
std::vector<std::string> deletedMappings(std::string_view maps);

/// TCP addresses that a process listens on ("127.0.0.1:8001", "[::]:80"), in its own network, from
/// its open sockets. Empty where they can't be seen.
std::vector<std::string> listeningOn(ports::Files& files, int id);

/// Address and inode of each listening socket in the text of /proc/net/tcp or tcp6 (proc(5)).
struct Listener {
  std::string address;
  std::string inode;
};
std::vector<Listener> parseListeners(std::string_view text);

}  // namespace service
