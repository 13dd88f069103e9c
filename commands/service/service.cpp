#include "commands/service/service.hpp"

namespace commands {

Noun serviceNoun() {
  return {"service",
          "look at services, restart them in order and prove it, stop what spreads bad data",
          {serviceStatus(), serviceRestart(), serviceStop(), serviceStart(), serviceLogs(),
           serviceHold(), serviceRelease()}};
}

}  // namespace commands
