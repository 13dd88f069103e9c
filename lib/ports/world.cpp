#include "lib/ports/world.hpp"

#include <stdexcept>

namespace ports {

Trees& World::itsTrees() const {
  if (trees != nullptr) return *trees;
  throw std::logic_error("this world has no trees");
}

}  // namespace ports
