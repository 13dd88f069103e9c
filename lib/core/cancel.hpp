#pragma once

#include <atomic>

namespace core {

/// What asked a command to stop.
enum class Stop { none, interrupt, terminate, time_limit };

/// Set by the first interrupt; everything that takes long looks at it between two blocks. One per
/// process, passed by reference; safe to set from a signal handler.
class Cancellation {
 public:
  /// The first cause is kept, also over a reset().
  void request(Stop cause = Stop::interrupt) {
    Stop none = Stop::none;
    cause_.compare_exchange_strong(none, cause, std::memory_order_relaxed);
    requested_.store(true, std::memory_order_relaxed);
  }
  bool requested() const { return requested_.load(std::memory_order_relaxed); }
  /// For closing brackets after an interrupt: work goes on until the next request.
  void reset() { requested_.store(false, std::memory_order_relaxed); }
  Stop cause() const { return cause_.load(std::memory_order_relaxed); }
  /// Throws Error{interrupted}, or Error{timed_out} for the time limit, if a stop was requested.
  void check() const;

 private:
  std::atomic<bool> requested_{false};
  std::atomic<Stop> cause_{Stop::none};
};

}  // namespace core
