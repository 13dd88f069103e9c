#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "lib/config/read.hpp"
#include "lib/core/text.hpp"

namespace config {
namespace {

bool isHost(const std::vector<HostSettings>& hosts, const std::string& name) {
  return std::any_of(hosts.begin(), hosts.end(),
                     [&](const HostSettings& host) { return host.address.name == name; });
}

/// Words that become part of a line for HAProxy: ';' and a blank would end it.
bool plainWord(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("._-").find(c) != std::string_view::npos;
  });
}

void requirePlain(Table& table, const std::string& key, const std::string& text) {
  if (!plainWord(text)) table.complain(key, "may hold letters, digits, '.', '_' and '-' alone");
}

void readHaproxy(Table& table, BalancerSettings& balancer) {
  table.require("socket", "socket = \"/run/haproxy/admin.sock\"");
  table.require("backend", "backend = \"netbox\"");
  if (table.has("backend")) requirePlain(table, "backend", balancer.backend);
  for (const auto& [frontend, server] : balancer.servers) requirePlain(table, "servers", server);
}

void readCommands(Table& table, const BalancerSettings& balancer) {
  table.require("pool", "pool = [\"/usr/local/sbin/lb\", \"in\", \"{host}\"]");
  table.require("depool", "depool = [\"/usr/local/sbin/lb\", \"out\", \"{host}\"]");
  table.require("status", "status = [\"/usr/local/sbin/lb\", \"status\", \"{host}\"]");
  table.require("pooled", "pooled = \"is in\"");
  for (const auto& [key, argv] :
       {std::pair{"pool", &balancer.pool}, std::pair{"depool", &balancer.depool},
        std::pair{"status", &balancer.status}}) {
    if (!table.has(key) || (!argv->empty() && argv->front().starts_with('/'))) continue;
    table.complain(key, "begins with a program that is no whole path");
  }
  if (table.has("pooled") && balancer.pooled.empty()) table.complain("pooled", "is empty");
}

BalancerSettings readBalancer(Table& table, const std::vector<HostSettings>& hosts) {
  BalancerSettings balancer;
  table.require("name", "name = \"lb1\"");
  if (const std::string name = table.peek("name"); !name.empty()) {
    table.setPath(table.path().substr(0, table.path().rfind('.') + 1) + name);
  }
  balancer.name = table.text("name");
  table.require("system", "system = \"haproxy\"");
  balancer.system = table.word("system", {"haproxy", "command"}, {});
  balancer.host = table.text("host");
  balancer.socket = table.absolutePath("socket");
  balancer.backend = table.text("backend");
  balancer.servers = table.textTable("servers");
  balancer.pool = table.texts("pool");
  balancer.depool = table.texts("depool");
  balancer.status = table.texts("status");
  balancer.pooled = table.text("pooled");
  if (balancer.system == "haproxy") readHaproxy(table, balancer);
  if (balancer.system == "command") readCommands(table, balancer);
  if (!balancer.host.empty() && !isHost(hosts, balancer.host)) {
    table.complain("host", fmt::format("is \"{}\", which is none of the instance's hosts",
                                       core::printable(balancer.host)));
  }
  for (const auto& [frontend, server] : balancer.servers) {
    if (isHost(hosts, frontend)) continue;
    table.complain("servers", fmt::format("names \"{}\", which is none of the instance's hosts",
                                          core::printable(frontend)));
  }
  table.finish();
  return balancer;
}

}  // namespace

std::vector<BalancerSettings> readBalancers(Table& instance,
                                            const std::vector<HostSettings>& hosts) {
  std::vector<BalancerSettings> balancers;
  std::set<std::string> names;
  for (Table& table : instance.tables("balancer")) {
    balancers.push_back(readBalancer(table, hosts));
    if (!names.insert(balancers.back().name).second) {
      table.complain("name", fmt::format("\"{}\" belongs to another balancer already",
                                         core::printable(balancers.back().name)));
    }
  }
  return balancers;
}

}  // namespace config
