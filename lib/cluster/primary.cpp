#include "lib/cluster/primary.hpp"

#include "lib/cluster/look.hpp"
#include "lib/core/error.hpp"

namespace cluster {
namespace {

bool isPrimary(ports::World& world, const config::Instance& instance,
               const config::NodeSettings& node) {
  try {
    return !connect(world, instance, node)
                ->query("SELECT pg_is_in_recovery() AS standby")
                .boolean(0, "standby");
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    return false;
  }
}

}  // namespace

void pointAtPrimary(ports::World& world, config::Instance& instance) {
  const config::NodeSettings* primary = nullptr;
  for (const auto& node : instance.nodes) {
    if (!isPrimary(world, instance, node)) continue;
    if (primary != nullptr) return;
    primary = &node;
  }
  if (primary == nullptr) return;
  instance.database.admin = primary->admin;
  instance.database.application.host = primary->address;
  instance.database.application.port = primary->port;
}

}  // namespace cluster
