#pragma once

#include <functional>

#include "lib/core/cancel.hpp"
#include "lib/ports/clock.hpp"

namespace fakes {

/// Stands still, but for sleep(). Begins at 2026-11-21T03:00:00Z.
class FakeClock : public ports::Clock {
 public:
  explicit FakeClock(const core::Cancellation& cancellation) : cancellation_(cancellation) {}
  core::Time now() override { return now_; }
  std::chrono::steady_clock::time_point steady() override { return steady_; }
  void sleep(core::Duration duration) override;

  void set(core::Time now) { now_ = now; }
  void advance(core::Duration duration);
  /// Called with each sleep, after the time has passed: here the world may change.
  void onSleep(std::function<void()> work) { on_sleep_ = std::move(work); }
  core::Duration slept() const { return slept_; }

 private:
  const core::Cancellation& cancellation_;
  core::Time now_ = *core::parseUtc("2026-11-21T03:00:00Z");
  std::chrono::steady_clock::time_point steady_{};
  core::Duration slept_{};
  std::function<void()> on_sleep_;
};

}  // namespace fakes
