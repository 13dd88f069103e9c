#include "lib/runbook/runbook.hpp"

namespace runbook {

std::vector<std::string> embeddedNames() {
  return {"dev-instance", "monitoring",   "policies",        "post-restart",
          "post-restore", "post-upgrade", "upgrade-complex", "upgrade-simple"};
}

}  // namespace runbook
