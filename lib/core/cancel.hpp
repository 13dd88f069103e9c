#pragma once

#include <atomic>

namespace core {

/// Set by the first interrupt; everything that takes long looks at it between two blocks. One per
/// process, passed by reference; safe to set from a signal handler.
class Cancellation {
 public:
  void request() { requested_.store(true, std::memory_order_relaxed); }
  bool requested() const { return requested_.load(std::memory_order_relaxed); }
  void reset() { requested_.store(false, std::memory_order_relaxed); }
  /// Throws Error{interrupted} if the first interrupt came.
  void check() const;

 private:
  std::atomic<bool> requested_{false};
};

}  // namespace core
