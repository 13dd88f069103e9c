#include "lib/cluster/topology.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "lib/application/settings.hpp"
#include "lib/cluster/look.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace cluster {
namespace {

bool sameHost(const std::string& a, const std::string& b) {
  const auto local = [](const std::string& host) {
    return host.empty() || host == "localhost" || host == "127.0.0.1" || host == "::1";
  };
  return a == b || (local(a) && local(b));
}

int portOf(const std::string& text) {
  int port = 5432;
  std::from_chars(text.data(), text.data() + text.size(), port);
  return port;
}

const config::NodeSettings* nodeAt(const config::Instance& instance, const std::string& host,
                                   const std::string& port) {
  for (const auto& node : instance.nodes) {
    if (isAt(node, host, portOf(port))) return &node;
  }
  return nullptr;
}

/// "db1,db2" with one port or one for each: every node is among them.
bool namesAllNodes(const config::Instance& instance, const std::string& hosts,
                   const std::string& ports) {
  const auto names = core::split(hosts, ',');
  const auto numbers = core::split(ports, ',');
  if (names.size() < 2 || (numbers.size() != 1 && numbers.size() != names.size())) return false;
  std::set<std::string> found;
  for (std::size_t at = 0; at < names.size(); ++at) {
    const auto* node = nodeAt(instance, names[at], numbers[numbers.size() == 1 ? 0 : at]);
    if (node == nullptr) return false;
    found.insert(node->name);
  }
  return found.size() == instance.nodes.size();
}

}  // namespace

bool isAt(const config::NodeSettings& node, const std::string& host, int port) {
  return port == node.port && (sameHost(host, node.address) || host == node.admin.host);
}

ApplicationUse lookAtApplication(ports::World& there, const config::Instance& instance) {
  ApplicationUse use;
  try {
    const auto settings = application::readSettings(there, application::installationOf(instance));
    const auto& [name, user, host, port, password] = settings.database;
    if (!host.value || !port.value) {
      use.why = "its configuration does not say host and port in a way that can be read";
      return use;
    }
    use.host = *host.value;
    use.port = port.value->empty() ? "5432" : *port.value;
    use.finds_primary = namesAllNodes(instance, use.host, use.port);
    if (const auto* node = nodeAt(instance, use.host, use.port)) use.node = node->name;
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    use.why = error.what();
  }
  return use;
}

const Node* Topology::primary() const {
  const Node* found = nullptr;
  for (const Node& node : nodes) {
    if (node.role != Role::primary) continue;
    if (found != nullptr) return nullptr;
    found = &node;
  }
  return found;
}

bool Topology::split() const {
  return std::any_of(nodes.begin(), nodes.end(), [&](const Node& one) {
    return std::any_of(nodes.begin(), nodes.end(), [&](const Node& other) {
      return &one != &other && one.role == Role::primary && other.role == Role::primary &&
             one.system == other.system;
    });
  });
}

const Node* Topology::upstreamOf(const Node& standby) const {
  if (!standby.receiver) return nullptr;
  for (const Node& node : nodes) {
    if (&node != &standby && isAt(node.settings, standby.receiver->host, standby.receiver->port)) {
      return &node;
    }
  }
  return nullptr;
}

std::optional<std::uint64_t> Topology::bytesBehind(const Node& standby) const {
  const Node* from = primary();
  if (from == nullptr || !from->written || !standby.received) return std::nullopt;
  return from->written->bytes - std::min(from->written->bytes, standby.received->bytes);
}

const Node* Topology::find(const std::string& name) const {
  for (const Node& node : nodes) {
    if (node.name() == name) return &node;
  }
  return nullptr;
}

Topology lookAtTopology(ports::World& world, const config::Instance& instance) {
  Topology topology;
  topology.nodes = lookAtAll(world, instance);
  topology.application = lookAtApplication(world, instance);
  return topology;
}

std::vector<std::string> howTheyDiffer(const Topology& topology) {
  std::vector<std::string> lines;
  for (const Node& node : topology.nodes) {
    if (node.role != Role::primary) continue;
    lines.push_back(fmt::format(
        "{}: timeline {}, written up to {}, {} standby{} stream from it{}", node.name(),
        node.timeline, node.written ? node.written->text() : "unknown", node.senders.size(),
        node.senders.size() == 1 ? "" : "s",
        topology.application.node == node.name() ? ", the application's configuration names it"
                                                 : ""));
  }
  return lines;
}

}  // namespace cluster
