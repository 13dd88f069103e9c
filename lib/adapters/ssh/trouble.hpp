#pragma once

#include <string>
#include <string_view>

#include "lib/core/error.hpp"
#include "lib/ports/hosts.hpp"

namespace adapters {

/// The command with which a person checks and learns a host's key: ssh asks, and takes the
/// fingerprint itself as the answer (OpenSSH 8.0 and newer), so that nothing is compared by eye.
std::string learningCommand(const ports::HostAddress& address);

// Errors about a host's key. `fingerprint`: "SHA256:…", `type`: "ssh-ed25519". All are denied.
core::Error unknownHostKey(const ports::HostAddress& address, const std::string& type,
                           const std::string& fingerprint);
core::Error changedHostKey(const ports::HostAddress& address, const std::string& type,
                           const std::string& fingerprint);
core::Error revokedHostKey(const ports::HostAddress& address, const std::string& fingerprint);

/// What an `ssh -v` said before it ended without a connection (OpenSSH 9.2). Errors: unreachable,
/// denied, timed_out; configuration for a file that it can't read.
core::Error sshTrouble(const ports::HostAddress& address, std::string_view said);

}  // namespace adapters
