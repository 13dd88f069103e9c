#pragma once

#include <memory>
#include <vector>

#include "lib/cluster/node.hpp"
#include "lib/ports/world.hpp"

namespace cluster {

/// A session of a node's admin login. Errors: as ports::SqlServer::connect.
std::unique_ptr<ports::Sql> connect(ports::World& world, const config::Instance& instance,
                                    const config::NodeSettings& node,
                                    const std::string& database = "postgres");

/// Looks at one server: by a session; where nobody answers, by the control file on its host.
/// What can't be seen is `unknown` with the reason, never an error.
Node look(ports::World& world, const config::Instance& instance, const config::NodeSettings& node);

/// All nodes of an instance, in the order of its configuration. Errors: not_found (it has none).
std::vector<Node> lookAtAll(ports::World& world, const config::Instance& instance);

/// What pg_controldata says of a data folder. Errors: of the host's shell; undetermined for an
/// answer without a state.
ControlFile readControlFile(ports::World& world, const config::Instance& instance,
                            const config::NodeSettings& node);
/// The same for an answer that is there already. Pure.
ControlFile parseControlFile(const std::string& text);

}  // namespace cluster
