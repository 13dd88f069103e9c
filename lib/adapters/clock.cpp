#include "lib/adapters/clock.hpp"

#include <algorithm>
#include <thread>

namespace adapters {

core::Time SystemClock::now() {
  return std::chrono::time_point_cast<core::Duration>(std::chrono::system_clock::now());
}

std::chrono::steady_clock::time_point SystemClock::steady() {
  return std::chrono::steady_clock::now();
}

void SystemClock::sleep(core::Duration duration) {
  // In slices: an interrupt need not arrive in the thread that sleeps.
  constexpr std::chrono::steady_clock::duration kSlice = std::chrono::milliseconds(50);
  const auto until = steady() + duration;
  while (true) {
    cancellation_.check();
    const auto left = until - steady();
    if (left <= left.zero()) return;
    std::this_thread::sleep_for(std::min(left, kSlice));
  }
}

}  // namespace adapters
