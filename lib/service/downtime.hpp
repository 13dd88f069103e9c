#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <thread>

#include "lib/config/instance.hpp"
#include "lib/core/time.hpp"
#include "lib/ports/world.hpp"

namespace service {

/// Measures from outside how long an instance did not serve: asks its first probe again and again
/// in a thread of its own. The world's Http must be usable from two threads.
class DowntimeMeter {
 public:
  /// Begins to watch. Without a probe nothing is measured.
  DowntimeMeter(ports::World& world, const config::Instance& instance);
  ~DowntimeMeter();
  DowntimeMeter(const DowntimeMeter&) = delete;
  DowntimeMeter& operator=(const DowntimeMeter&) = delete;

  /// Ends watching. From the last good answer before the first bad one to the first good answer
  /// after the last bad one, both counted from when they were asked for; zero if every answer was
  /// good. Nothing if it did not serve at the beginning or does not at the end.
  std::optional<core::Duration> stop();

 private:
  using Moment = std::chrono::steady_clock::time_point;

  void watch();
  bool serves();
  bool answers(const config::ProbeSettings& probe);

  ports::World& world_;
  const config::Instance& instance_;
  std::atomic<bool> stopped_{false};
  std::optional<Moment> last_good_before_;
  std::optional<Moment> first_good_after_;
  bool seen_bad_ = false;
  std::thread thread_;
};

}  // namespace service
