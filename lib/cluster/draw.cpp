#include <fmt/format.h>

#include "lib/cluster/topology.hpp"
#include "lib/core/text.hpp"
#include "lib/core/time.hpp"

namespace cluster {
namespace {

std::string lagOf(const Topology& topology, const Node& standby) {
  std::string text;
  if (const auto bytes = topology.bytesBehind(standby)) {
    text = *bytes == 0 ? "nothing to receive" : core::formatBytes(*bytes) + " to receive";
  } else {
    text = "lag unknown";
  }
  if (standby.received && standby.replayed && *standby.received > *standby.replayed) {
    text += fmt::format(", {} to replay",
                        core::formatBytes(standby.received->bytes - standby.replayed->bytes));
    if (standby.behind) {
      text += fmt::format(" (shows data of {} ago)", core::formatDuration(*standby.behind));
    }
  }
  return text;
}

std::string streamOf(const Topology& topology, const Node& standby) {
  if (!standby.receiver) return "no stream";
  const auto& receiver = *standby.receiver;
  const Node* from = topology.upstreamOf(standby);
  std::string text =
      fmt::format("{} from {}", receiver.status,
                  from != nullptr ? from->name()
                                  : fmt::format("{}:{}, which is none of the nodes",
                                                core::printable(receiver.host), receiver.port));
  if (!receiver.slot.empty()) text += ", slot " + core::printable(receiver.slot);
  return text;
}

std::string stateOf(const Topology& topology, const Node& node) {
  switch (node.role) {
    case Role::primary:
      return fmt::format("timeline {}, written up to {}", node.timeline,
                         node.written ? node.written->text() : "unknown");
    case Role::standby:
      return fmt::format("timeline {}, {}, {}{}", node.timeline, streamOf(topology, node),
                         lagOf(topology, node), node.paused ? ", REPLAY IS PAUSED" : "");
    case Role::stopped:
      return fmt::format("timeline {}, {}", node.timeline, node.control->state);
    case Role::unknown:
      return node.why + (node.control ? "; control file: " + node.control->state : "");
  }
  return {};
}

std::string line(const Topology& topology, const Node& node, int depth) {
  return fmt::format(
      "{}{:<8}  {}  {}:{}{}  {}\n", std::string(2 * static_cast<std::size_t>(depth), ' '),
      roleName(node.role), node.name(), node.settings.address, node.settings.port,
      node.settings.host.empty() ? "" : " on " + node.settings.host, stateOf(topology, node));
}

/// A node, and below it those that stream from it.
void drawBelow(const Topology& topology, const Node& node, int depth, std::string& text) {
  text += line(topology, node, depth);
  for (const Node& other : topology.nodes) {
    const bool known = depth < static_cast<int>(topology.nodes.size());
    if (known && topology.upstreamOf(other) == &node) drawBelow(topology, other, depth + 1, text);
  }
}

std::string applicationLine(const Topology& topology) {
  const ApplicationUse& use = topology.application;
  if (use.host.empty() && use.port.empty()) {
    return fmt::format("application: could not be determined: {}\n", use.why);
  }
  const Node* node = topology.find(use.node);
  return fmt::format("application: configured for {}:{}, which is {}\n",
                     use.host.empty() ? "the system's socket" : core::printable(use.host), use.port,
                     node == nullptr ? "none of the nodes"
                                     : fmt::format("{} ({})", node->name(), roleName(node->role)));
}

}  // namespace

std::string draw(const Topology& topology) {
  std::string text;
  for (const Node& node : topology.nodes) {
    if (topology.upstreamOf(node) == nullptr) drawBelow(topology, node, 0, text);
  }
  return text + applicationLine(topology);
}

}  // namespace cluster
