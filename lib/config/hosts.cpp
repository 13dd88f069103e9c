#include "lib/config/hosts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "lib/config/trust.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace config {
namespace {

/// It can name commands (ProxyCommand), as our own configuration can.
void refuseForeign(ports::World& home, const std::string& ssh_config) {
  if (ssh_config.empty()) return;
  if (const auto reason = distrust(home.files, ssh_config, home.caller.uid)) {
    throw core::Error(core::Kind::refused,
                      fmt::format("ssh's configuration {} is not safe to use: {}",
                                  core::printable(ssh_config), *reason),
                      "The file can name commands, so nobody else may write it or its folders.");
  }
}

}  // namespace

const char* transportName(ports::HostAddress::Transport transport) {
  switch (transport) {
    case ports::HostAddress::Transport::automatic:
      return "auto";
    case ports::HostAddress::Transport::local:
      return "local";
    case ports::HostAddress::Transport::libssh2:
      return "libssh2";
    case ports::HostAddress::Transport::ssh:
      return "ssh";
  }
  return "auto";
}

const char* sudoName(ports::HostAddress::Sudo sudo) {
  switch (sudo) {
    case ports::HostAddress::Sudo::none:
      return "none";
    case ports::HostAddress::Sudo::without_password:
      return "without-password";
    case ports::HostAddress::Sudo::ask:
      return "ask";
  }
  return "none";
}

const char* remoteName(ports::HostAddress::Remote remote) {
  switch (remote) {
    case ports::HostAddress::Remote::upload:
      return "upload";
    case ports::HostAddress::Remote::installed:
      return "installed";
  }
  return "upload";
}

const HostSettings& hostNamed(const Instance& instance, const std::string& name) {
  std::vector<std::string> names;
  for (const HostSettings& host : instance.hosts) {
    if (host.address.name == name) return host;
    names.push_back(host.address.name);
  }
  const auto near = core::nearest(name, names);
  std::string hint = names.empty() ? "Only this host is known: add [[instance." + instance.name +
                                         ".host]] to the configuration."
                                   : fmt::format("There is: {}.", core::join(names, ", "));
  if (!near.empty()) hint = fmt::format("Did you mean {}? {}", near.front(), hint);
  throw core::Error(core::Kind::not_found,
                    fmt::format("instance {} has no host {}", instance.name, core::printable(name)),
                    hint);
}

std::vector<const HostSettings*> hostsFor(const Instance& instance, HostRole role) {
  std::vector<const HostSettings*> hosts;
  for (const HostSettings& host : instance.hosts) {
    if (std::find(host.roles.begin(), host.roles.end(), role) != host.roles.end()) {
      hosts.push_back(&host);
    }
  }
  return hosts;
}

ports::World& worldOf(ports::World& home, const Instance& instance, const std::string& host) {
  if (host.empty()) return home;
  const ports::HostAddress& address = hostNamed(instance, host).address;
  if (home.hosts == nullptr) throw std::logic_error("this world knows no other hosts");
  refuseForeign(home, address.ssh_config);
  return home.hosts->world(home, address);
}

ports::World& worldOf(ports::World& home, const Instance& instance,
                      const ServiceSettings& service) {
  return worldOf(home, instance, service.host);
}

}  // namespace config
