#include "lib/core/version.hpp"

namespace core {

const char* version() { return SOTCTL_VERSION; }

}  // namespace core
