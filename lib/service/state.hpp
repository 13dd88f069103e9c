#pragma once

#include <optional>
#include <string>

#include "lib/core/time.hpp"

namespace service {

/// Unknown is never taken for one of the others.
enum class Running { yes, no, unknown };

const char* runningName(Running running);

/// What one service is doing, at one look.
struct ServiceState {
  Running running = Running::unknown;
  std::optional<core::Time> since{};
  int pid = 0;             // main process, where there is one
  std::string identity{};  // differs after each start; empty where nothing runs
  std::string words{};     // for people: "process 4711 as netbox", "unit is failed (exit-code)"
};

}  // namespace service
