#include "lib/cluster/json.hpp"

namespace cluster {
namespace {

core::Json lsn(const std::optional<Lsn>& place) {
  return place ? core::Json(place->text()) : core::Json(nullptr);
}

core::Json orNull(const std::string& text) {
  return text.empty() ? core::Json(nullptr) : core::Json(text);
}

/// What a node does at the moment, in one word or the words of PostgreSQL.
std::string stateOf(const Node& node) {
  switch (node.role) {
    case Role::primary:
      return "running";
    case Role::standby:
      return node.receiver ? node.receiver->status : "waiting";
    case Role::stopped:
      return node.control->state;
    case Role::unknown:
      break;
  }
  return node.control ? node.control->state : "unknown";
}

core::Json senders(const Node& node) {
  core::Json all = core::Json::array();
  for (const Sender& sender : node.senders) {
    all.push_back({{"application", sender.application},
                   {"address", orNull(sender.address)},
                   {"state", sender.state},
                   {"sync", sender.sync},
                   {"flushed", lsn(sender.flushed)},
                   {"replayed", lsn(sender.replayed)}});
  }
  return all;
}

core::Json slots(const Node& node) {
  core::Json all = core::Json::array();
  for (const Slot& slot : node.slots) {
    all.push_back({{"name", slot.name},
                   {"kind", slot.logical ? "logical" : "physical"},
                   {"active", slot.active},
                   {"restart", lsn(slot.restart)},
                   {"wal", orNull(slot.wal)}});
  }
  return all;
}

}  // namespace

core::Json toJson(const Topology& topology, const Node& node) {
  core::Json json{
      {"name", node.name()},
      {"host", orNull(node.settings.host)},
      {"address", node.settings.address},
      {"port", node.settings.port},
      {"role", roleName(node.role)},
      {"state", stateOf(node)},
      {"why", orNull(node.why)},
      {"system", orNull(node.system)},
      {"version", node.version == 0 ? core::Json(nullptr) : core::Json(node.version)},
      {"timeline", node.timeline == 0 ? core::Json(nullptr) : core::Json(node.timeline)},
      {"written_lsn", lsn(node.written)},
      {"received_lsn", lsn(node.received)},
      {"replayed_lsn", lsn(node.replayed)},
      {"lag_bytes", nullptr},
      {"lag_seconds", nullptr},
      {"replay_paused", node.paused},
      {"upstream", nullptr},
      {"senders", senders(node)},
      {"slots", slots(node)},
      {"parameters", node.parameters}};
  if (node.role == Role::standby) {
    if (const auto bytes = topology.bytesBehind(node)) json["lag_bytes"] = *bytes;
    json["lag_seconds"] = node.behind ? std::chrono::duration<double>(*node.behind).count() : 0.0;
    if (const Node* from = topology.upstreamOf(node)) json["upstream"] = from->name();
  }
  return json;
}

core::Json toJson(const Topology& topology) {
  core::Json nodes = core::Json::array();
  for (const Node& node : topology.nodes) nodes.push_back(toJson(topology, node));
  const Node* primary = topology.primary();
  const ApplicationUse& use = topology.application;
  return {{"nodes", nodes},
          {"primary", primary == nullptr ? core::Json(nullptr) : core::Json(primary->name())},
          {"split", topology.split()},
          {"application",
           {{"host", use.host},
            {"port", orNull(use.port)},
            {"node", orNull(use.node)},
            {"why", orNull(use.why)}}}};
}

}  // namespace cluster
