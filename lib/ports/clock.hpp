#pragma once

#include <chrono>

#include "lib/core/time.hpp"

namespace ports {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual core::Time now() = 0;
  /// A clock that never goes back, for durations.
  virtual std::chrono::steady_clock::time_point steady() = 0;
  /// Errors: interrupted.
  virtual void sleep(core::Duration duration) = 0;
};

}  // namespace ports
