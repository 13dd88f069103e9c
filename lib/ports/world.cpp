#include "lib/ports/world.hpp"

#include "lib/core/error.hpp"

namespace ports {

Trees& World::itsTrees() const {
  if (trees != nullptr) return *trees;
  throw core::Error(core::Kind::undetermined,
                    "owners, modes and access can't be looked at on another host",
                    "Run the same command on that host.");
}

}  // namespace ports
