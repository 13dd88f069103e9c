#pragma once

#include <memory>
#include <string_view>

#include "lib/adapters/ssh/shell.hpp"
#include "lib/remote/peer.hpp"

namespace adapters {

/// Where an installed sotctl-remote is; it and its folders must be root's.
inline constexpr const char* kInstalledRemote = "/usr/lib/sotctl/sotctl-remote";

/// Starts sotctl-remote on the other host, as root where its `sudo` allows that: the installed one,
/// or `program`, which is brought along into a fresh folder of that account (mode 0700, never below
/// one that everybody may write, never where nothing may be executed), opened, removed, compared
/// with its digest, and executed by its descriptor: what runs is what was compared, and nothing
/// stays. Errors: as Peer; denied (nowhere to run it), refused (the installed one is somebody
/// else's), not_found (it is not installed).
std::shared_ptr<remote::Peer> startRemoteHalf(Connection& connection, std::string_view program);

}  // namespace adapters
