#include "tests/support/temporary_folder.hpp"

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace support {

std::string makeTemporaryFolder(const std::string& name) {
  std::string path = "/tmp/" + name + "-XXXXXX";
  if (mkdtemp(path.data()) == nullptr) throw std::runtime_error("no folder can be made in /tmp");
  return std::filesystem::canonical(path);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace support
