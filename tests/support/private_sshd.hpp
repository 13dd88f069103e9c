#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "lib/core/cancel.hpp"
#include "lib/ports/hosts.hpp"
#include "lib/ports/shell.hpp"
#include "tests/support/temporary_folder.hpp"

namespace support {

/// A real sshd on loopback with Ed25519, ECDSA and RSA host keys, and a user for each of those
/// keys. Everything lies in one folder, with an ssh configuration that uses nothing else. It logs
/// in as the account that runs the tests; `shell` of a sshd that root runs may be another one for a
/// login.
class PrivateSshd {
 public:
  static bool available();

  struct Settings {
    std::vector<std::string> host_keys{"ed25519", "ecdsa", "rsa"};
    std::vector<std::string> lines{};  // of sshd_config
    bool own_home = false;  // of the account, with its start-up files, in the place of an empty one
  };
  PrivateSshd() : PrivateSshd(Settings{}) {}
  explicit PrivateSshd(Settings settings);
  ~PrivateSshd();
  PrivateSshd(const PrivateSshd&) = delete;
  PrivateSshd& operator=(const PrivateSshd&) = delete;

  /// The host's address, with ssh configuration for a key: "ed25519", "ecdsa", "rsa", or "" for
  /// none.
  ports::HostAddress address(const std::string& key, ports::HostAddress::Transport transport) const;
  /// Adds lines to the ssh configuration of a key.
  void configure(const std::string& key, const std::string& lines);
  /// known_hosts with these kinds of the host's keys; hashed names if asked for.
  void know(const std::vector<std::string>& kinds, bool hashed = false);
  void knowNothing();
  /// Instead of them, any text. %k is the Ed25519 key of the host, %n its name in known_hosts.
  void knowText(std::string text);
  /// Makes an agent with the key of this kind; gives its socket.
  std::string startAgent(const std::string& key);

  int port() const { return port_; }
  const std::string& folder() const { return folder_.path(); }
  /// "SHA256:…" of a host key.
  std::string fingerprint(const std::string& kind);
  /// Kills the processes that serve the connections, and keeps the listening one: what a lost
  /// connection is to this side.
  void cutConnections();
  std::string log() const;

 private:
  std::string must(std::vector<std::string> argv);
  void start();
  std::string knownName() const;

  core::Cancellation cancellation_;
  TemporaryFolder folder_{"sotctl-sshd"};
  std::unique_ptr<ports::Shell> shell_;
  int port_ = 0;
  pid_t pid_ = -1;
  pid_t agent_ = -1;
};

}  // namespace support
