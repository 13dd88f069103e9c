#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/cluster/node.hpp"
#include "lib/ports/world.hpp"

namespace cluster {

/// Which server the application's own configuration names.
struct ApplicationUse {
  std::string host;
  std::string port;
  std::string node;            // the node that this is; empty: none of them, or unknown
  std::string why;             // what could not be determined
  bool finds_primary = false;  // it names all nodes, and libpq chooses: "db1,db2"
};

/// All servers of an instance's database at one moment, and what follows from it.
struct Topology {
  std::vector<Node> nodes;
  ApplicationUse application;

  /// The only primary; nothing where there is none, or more than one.
  const Node* primary() const;
  /// Two or more servers of one cluster take writes: each lost what the other was given.
  bool split() const;
  /// The node that a standby streams from; nothing where it is none of them, or no stream runs.
  const Node* upstreamOf(const Node& standby) const;
  /// Bytes that a standby has not received yet; nothing without a primary or a position.
  std::optional<std::uint64_t> bytesBehind(const Node& standby) const;
  const Node* find(const std::string& name) const;
};

/// Whether a node is the server at this place, as others name it.
bool isAt(const config::NodeSettings& node, const std::string& host, int port);

/// Which server the application's configuration on the host of `there` names.
ApplicationUse lookAtApplication(ports::World& there, const config::Instance& instance);

/// Looks at all nodes and at the application's configuration. Errors: as lookAtAll().
Topology lookAtTopology(ports::World& world, const config::Instance& instance);

/// How two writable servers differ, line for line: for a person who must choose one.
std::vector<std::string> howTheyDiffer(const Topology& topology);

/// The picture for people: one line for each server, standbys below the one that they follow.
std::string draw(const Topology& topology);

}  // namespace cluster
