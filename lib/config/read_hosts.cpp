#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "lib/config/hosts.hpp"
#include "lib/config/read.hpp"
#include "lib/core/text.hpp"

namespace config {
namespace {

using ports::HostAddress;

/// Words that become part of ssh's arguments: nothing that it could take for an option, and none of
/// the characters that its configuration expands.
bool plain(const std::string& text, std::string_view also) {
  const auto allowed = [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           also.find(c) != std::string_view::npos;
  };
  return !text.starts_with('-') && std::all_of(text.begin(), text.end(), allowed);
}

void requirePlain(Table& table, const std::string& key, const std::string& text,
                  std::string_view also) {
  if (plain(text, also)) return;
  table.complain(key, fmt::format("is \"{}\"; allowed are letters, digits and {} (no - in front)",
                                  core::printable(text), also));
}

template <typename Value, typename Name>
Value chosen(Table& table, const std::string& key, std::initializer_list<Value> values,
             Name nameOf) {
  std::vector<std::string> words;
  for (const Value value : values) words.emplace_back(nameOf(value));
  const std::string word = table.word(key, words, words.front());
  const auto at = std::find(words.begin(), words.end(), word) - words.begin();
  return at < static_cast<long>(words.size()) ? *(values.begin() + at) : *values.begin();
}

std::vector<HostRole> readRoles(Table& table) {
  std::vector<HostRole> roles;
  for (const std::string& word : table.texts("roles")) {
    bool known = false;
    for (const HostRole role : {HostRole::frontend, HostRole::worker, HostRole::primary,
                                HostRole::standby, HostRole::redis}) {
      if (word != hostRoleName(role)) continue;
      roles.push_back(role);
      known = true;
    }
    if (!known) {
      table.complain("roles", fmt::format("has \"{}\"; allowed are frontend, worker, primary, "
                                          "standby and redis",
                                          core::printable(word)));
    }
  }
  return roles;
}

HostSettings readHost(Table& table) {
  HostSettings host;
  table.require("name", "name = \"web1\"");
  if (const std::string name = table.peek("name"); !name.empty()) {
    table.setPath(table.path().substr(0, table.path().rfind('.') + 1) + name);
  }
  HostAddress& address = host.address;
  address.name = table.text("name");
  address.address = table.text("address");
  address.user = table.text("user");
  address.port = table.number("port", 0, 1, 65535);
  address.transport = chosen(table, "transport",
                             {HostAddress::Transport::automatic, HostAddress::Transport::local,
                              HostAddress::Transport::libssh2, HostAddress::Transport::ssh},
                             transportName);
  address.sudo =
      chosen(table, "sudo",
             {HostAddress::Sudo::none, HostAddress::Sudo::without_password, HostAddress::Sudo::ask},
             sudoName);
  address.remote = chosen(
      table, "remote", {HostAddress::Remote::upload, HostAddress::Remote::installed}, remoteName);
  address.ssh_config = table.absolutePath("ssh_config");
  requirePlain(table, "name", address.name, "._-");
  requirePlain(table, "address", address.address, "._-:%");
  requirePlain(table, "user", address.user, "._-");
  host.roles = readRoles(table);
  host.site = table.text("site");
  table.finish();
  return host;
}

}  // namespace

std::vector<HostSettings> readHosts(Table& instance) {
  std::vector<HostSettings> hosts;
  std::map<std::string, std::uint32_t> seen;
  std::uint32_t primary = 0;
  for (Table& table : instance.tables("host")) {
    HostSettings host = readHost(table);
    const auto [first, is_new] = seen.try_emplace(host.address.name, table.line());
    if (!is_new) {
      table.complain("name", fmt::format("\"{}\" belongs to the host of line {} already",
                                         core::printable(host.address.name), first->second));
    }
    const auto& roles = host.roles;
    if (std::find(roles.begin(), roles.end(), HostRole::primary) != roles.end()) {
      if (primary != 0) {
        table.complain("roles", fmt::format("has \"primary\" as the host of line {} has", primary));
      }
      primary = table.line();
    }
    hosts.push_back(std::move(host));
  }
  return hosts;
}

void checkServiceHosts(Table& table, const Instance& instance) {
  std::vector<std::string> names;
  for (const HostSettings& host : instance.hosts) names.push_back(host.address.name);
  for (const ServiceSettings& service : instance.services) {
    if (service.host.empty()) continue;
    if (std::find(names.begin(), names.end(), service.host) != names.end()) continue;
    table.complainHere(
        fmt::format("has service {} on host \"{}\", which is {}",
                    core::printable(service.commonName()), core::printable(service.host),
                    names.empty() ? "not there: it has no [[host]]"
                                  : fmt::format("none of its hosts: {}", core::join(names, ", "))));
  }
}

}  // namespace config
