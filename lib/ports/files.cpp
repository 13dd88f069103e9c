#include "lib/ports/files.hpp"

#include "lib/core/error.hpp"

namespace ports {

std::unique_ptr<Tree> Files::tree(const std::string& folder) {
  throw core::Error(core::Kind::refused, folder + " can't be held open on this host");
}

void Files::exchange(const std::string& one, const std::string& other) {
  throw core::Error(core::Kind::refused, one + " can't be exchanged with " + other);
}

}  // namespace ports
