#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "lib/config/read.hpp"
#include "lib/core/text.hpp"

namespace config {
namespace {

/// A login that has no host and no port of its own: those of its node count.
DatabaseLogin readReplication(Table& node) {
  DatabaseLogin login;
  auto table = node.table("replication");
  if (!table) return login;
  table->require("user", "user = \"replicator\"");
  login.port = 0;
  login.user = table->text("user");
  login.password = readPassword(*table, "database");
  table->finish();
  return login;
}

/// The login of the account postgres through the node's socket, where the node is on this host.
DatabaseLogin readAdmin(Table& node, const NodeSettings& settings) {
  if (auto table = node.table("admin")) return readLogin(*table, settings.port);
  DatabaseLogin login;
  login.port = settings.port;
  login.user = "postgres";
  if (settings.host.empty()) {
    login.os_user = "postgres";
  } else {
    login.host = settings.address;
  }
  node.origin("admin", "default: user postgres");
  return login;
}

/// A name that becomes part of SQL and of file names.
bool plainWord(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

/// All three or none: a command whose effect can't be asked for proves nothing.
void readFence(Table& table, NodeSettings& node) {
  node.fence = table.texts("fence");
  node.fence_status = table.texts("fence_status");
  node.fenced = table.text("fenced");
  if (!table.has("fence") && !table.has("fence_status") && !table.has("fenced")) return;
  table.require("fence", "fence = [\"/usr/local/sbin/power\", \"off\", \"db1\"]");
  table.require("fence_status", "fence_status = [\"/usr/local/sbin/power\", \"status\", \"db1\"]");
  table.require("fenced", "fenced = \"power is off\"");
  for (const auto& [key, argv] :
       {std::pair{"fence", &node.fence}, std::pair{"fence_status", &node.fence_status}}) {
    if (!table.has(key) || (!argv->empty() && argv->front().starts_with('/'))) continue;
    table.complain(key, "begins with a program that is no whole path");
  }
  if (table.has("fenced") && node.fenced.empty()) table.complain("fenced", "is empty");
}

NodeSettings readNode(Table& table) {
  NodeSettings node;
  table.require("name", "name = \"db1\"");
  if (const std::string name = table.peek("name"); !name.empty()) {
    table.setPath(table.path().substr(0, table.path().rfind('.') + 1) + name);
  }
  node.name = table.text("name");
  node.host = table.text("host");
  table.require("address", "address = \"db1.example.org\"");
  node.address = table.text("address");
  node.port = table.number("port", 5432, 1, 65535);
  node.data = table.absolutePath("data");
  node.tools = table.absolutePath("tools");
  node.service = table.text("service");
  node.admin = readAdmin(table, node);
  node.replication = readReplication(table);
  node.slot = table.text("slot");
  if (!plainWord(node.slot)) {
    table.complain("slot", "may hold lower-case letters, digits and _ alone");
  }
  readFence(table, node);
  table.finish();
  return node;
}

template <typename Items, typename Name>
void requireOneOf(Table& table, const std::string& what, const std::string& name,
                  const Items& items, Name nameOf) {
  std::vector<std::string> names;
  for (const auto& item : items) names.push_back(nameOf(item));
  if (name.empty() || std::find(names.begin(), names.end(), name) != names.end()) return;
  table.complainHere(fmt::format(
      "has {} \"{}\", which is {}", what, core::printable(name),
      names.empty() ? "not there: none is configured" : "none of " + core::join(names, ", ")));
}

}  // namespace

std::vector<NodeSettings> readNodes(Table& instance) {
  std::vector<NodeSettings> nodes;
  std::map<std::string, std::uint32_t> seen;
  for (Table& table : instance.tables("node")) {
    nodes.push_back(readNode(table));
    const auto [first, is_new] = seen.try_emplace(nodes.back().name, table.line());
    if (is_new) continue;
    table.complain("name", fmt::format("\"{}\" belongs to the node of line {} already",
                                       core::printable(nodes.back().name), first->second));
  }
  if (nodes.size() == 1) {
    instance.complainHere("has one [[node]]: name the other server of the pair, too, or none");
  }
  return nodes;
}

void checkNodes(Table& table, const Instance& instance) {
  for (const NodeSettings& node : instance.nodes) {
    requireOneOf(table, "node " + core::printable(node.name) + " on host", node.host,
                 instance.hosts, [](const HostSettings& host) { return host.address.name; });
    requireOneOf(table, "node " + core::printable(node.name) + " with service", node.service,
                 instance.services,
                 [](const ServiceSettings& service) { return service.commonName(); });
  }
}

}  // namespace config
