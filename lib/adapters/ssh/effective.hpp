#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace adapters {

/// What ssh would do for a host, as `ssh -G HOST` prints it (OpenSSH 9.2): keys in lower case, in
/// order where they repeat.
class SshSettings {
 public:
  explicit SshSettings(std::string_view printed);
  /// "" if there is none.
  std::string first(const std::string& key) const;
  std::vector<std::string> all(const std::string& key) const;
  /// Keys whose values differ.
  std::vector<std::string> differences(const SshSettings& other) const;

 private:
  std::map<std::string, std::vector<std::string>> values_;
};

/// Why libssh2 can't do what ssh would do for this host; "" if it can. `plain` is what ssh would do
/// without any configuration; `known_hosts` the text of all known_hosts files.
std::string unfitForLibssh2(const SshSettings& effective, const SshSettings& plain,
                            std::string_view known_hosts);

/// Whether a private key file is one that libssh2 1.10 can sign with today: OpenSSH's own format,
/// Ed25519 or ECDSA, no passphrase.
bool keyFitsLibssh2(std::string_view file);

}  // namespace adapters
