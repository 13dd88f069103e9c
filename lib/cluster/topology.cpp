#include "lib/cluster/topology.hpp"

#include <fmt/format.h>

#include <algorithm>

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

/// A node's own place, as others name it: its address, or where sotctl logs in.
bool isAt(const config::NodeSettings& node, const std::string& host, int port) {
  return port == node.port && (sameHost(host, node.address) || host == node.admin.host);
}

ApplicationUse lookAtApplication(ports::World& world, const config::Instance& instance) {
  ApplicationUse use;
  try {
    const auto settings = application::readSettings(world, application::installationOf(instance));
    const auto& [name, user, host, port, password] = settings.database;
    if (!host.value || !port.value) {
      use.why = "its configuration does not say host and port in a way that can be read";
      return use;
    }
    use.host = *host.value;
    use.port = port.value->empty() ? "5432" : *port.value;
    for (const auto& node : instance.nodes) {
      if (std::to_string(node.port) == use.port && isAt(node, use.host, node.port)) {
        use.node = node.name;
      }
    }
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    use.why = error.what();
  }
  return use;
}

}  // namespace

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
