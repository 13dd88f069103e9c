#pragma once

#include <compare>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "lib/ports/files.hpp"
#include "lib/ports/shell.hpp"
#include "lib/ports/trees.hpp"

namespace ports {

struct World;

/// How a host is reached, as plain data: what a configuration says of it.
struct HostAddress {
  /// automatic: local if this is the host of that name, else libssh2 where it can do what ssh's own
  /// configuration asks for, else the ssh program.
  enum class Transport { automatic, local, libssh2, ssh };
  /// How rights are had that the login user has not: never, by `sudo -n`, or by sudo with a
  /// password that is asked for once on a terminal.
  enum class Sudo { none, without_password, ask };
  /// Where sotctl-remote comes from: brought along, or installed at its fixed place.
  enum class Remote { upload, installed };

  std::string name;       // what people call it
  std::string address{};  // name or address to connect to; empty: the name
  std::string user{};     // login; empty: as ssh's configuration says
  int port = 0;           // 0: as ssh's configuration says
  Transport transport = Transport::automatic;
  Sudo sudo = Sudo::none;
  Remote remote = Remote::upload;
  std::string ssh_config{};  // ssh's configuration file; empty: the usual ones

  const std::string& target() const { return address.empty() ? name : address; }
  auto operator<=>(const HostAddress&) const = default;
};

/// Gives the worlds of other hosts. Safe to use from several threads; must outlive the worlds'
/// users and go before `home` does.
class Hosts {
 public:
  Hosts();
  virtual ~Hosts();
  /// The world as `host` has it: its shell, files and trees; the rest as `home` has it. The same
  /// object each time. Nothing is connected before a port is used; so errors come from the ports:
  /// unreachable, denied (login, host key), configuration.
  World& world(World& home, const HostAddress& host);

 protected:
  struct Ways {
    std::unique_ptr<Shell> shell;
    std::unique_ptr<Files> files;
    std::unique_ptr<Trees> trees{};  // null where a test needs none
  };
  virtual Ways reach(World& home, const HostAddress& host) = 0;

 private:
  struct Entry;
  std::mutex mutex_;
  std::map<HostAddress, std::unique_ptr<Entry>> known_;
};

}  // namespace ports
