#pragma once

#include "lib/core/cancel.hpp"
#include "lib/ports/clock.hpp"

namespace adapters {

/// The clocks of this host.
class SystemClock : public ports::Clock {
 public:
  explicit SystemClock(core::Cancellation& cancellation) : cancellation_(cancellation) {}
  core::Time now() override;
  std::chrono::steady_clock::time_point steady() override;
  void sleep(core::Duration duration) override;

 private:
  core::Cancellation& cancellation_;
};

}  // namespace adapters
