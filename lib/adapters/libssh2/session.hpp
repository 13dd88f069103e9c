#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "lib/adapters/ssh/line.hpp"
#include "lib/core/cancel.hpp"
#include "lib/core/error.hpp"
#include "lib/ports/hosts.hpp"

namespace adapters {

/// Where and as whom to log in, with everything that ssh's own configuration says of it resolved.
struct Ssh2Target {
  ports::HostAddress address;  // for messages
  std::string host;
  int port = 22;
  std::string user;
  std::vector<std::string> known_hosts;  // files
  std::vector<std::string> keys;         // files of private keys without a passphrase
  std::string agent;                     // socket; empty: none
};

/// libssh2 can't go on here, but the ssh program may: no algorithm in common, no key that fits.
class Ssh2Unfit : public core::Error {
 public:
  using Error::Error;
};

/// Whether a known_hosts file of these has a key for the host of a kind that libssh2 1.10 can
/// check: Ed25519 or ECDSA, not RSA (it only knows SHA-1 signatures of those). none: no key at all.
enum class KnownKeys { none, fit, unfit };
KnownKeys knownKeys(const Ssh2Target& target);

/// One connection through libssh2. All its calls are made by one thread, as the library wants.
/// Errors: unreachable, timed_out, denied (host key unknown or changed), Ssh2Unfit.
std::unique_ptr<Line> openSsh2(core::Cancellation& cancellation, const Ssh2Target& target);

}  // namespace adapters
