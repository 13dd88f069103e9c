#pragma once

#include <libssh2.h>

#include <string>

#include "lib/adapters/libssh2/session.hpp"

namespace adapters {

/// What the known_hosts files say of one host.
class KnownHosts {
 public:
  KnownHosts(LIBSSH2_SESSION* session, const Ssh2Target& target);
  ~KnownHosts();
  KnownHosts(const KnownHosts&) = delete;
  KnownHosts& operator=(const KnownHosts&) = delete;

  /// LIBSSH2_KNOWNHOST_CHECK_…; `type` is a LIBSSH2_KNOWNHOST_KEY_…, 0 for any.
  int check(const char* key, std::size_t length, int type) const;
  /// "ssh-ed25519,ecdsa-sha2-nistp256": the kinds of key that are known and that libssh2 can check.
  std::string methods() const;
  /// Whether any key is known.
  bool any() const;

 private:
  bool has(int type) const;
  int checkName(const std::string& name, const char* key, std::size_t length, int type) const;

  LIBSSH2_KNOWNHOSTS* hosts_;
  std::string host_;
  int port_;
};

/// All that libssh2 can check, preferred first.
std::string allFitMethods();
/// LIBSSH2_HOSTKEY_TYPE_… as LIBSSH2_KNOWNHOST_KEY_….
int knownHostType(int key_type);

}  // namespace adapters
