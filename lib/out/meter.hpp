#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <ostream>
#include <string>
#include <string_view>

#include "lib/core/progress.hpp"

namespace out {

using Steady = std::chrono::steady_clock::time_point;

/// Shows how long work goes on: in place on a terminal (at most ten times a second, cut to its
/// width), else as a plain line every five seconds. Safe for several threads; `err` is written
/// under the same lock by line().
class Meter : public core::Progress {
 public:
  struct Settings {
    bool in_place = false;
    bool quiet = false;
    /// Columns of the terminal as it is now; 0 or nothing: not known.
    std::function<std::size_t()> columns{};
  };
  Meter(std::ostream& err, Settings settings, std::function<Steady()> now);

  void say(std::string_view line) override;
  void at(std::string_view what, std::uint64_t done, std::uint64_t total) override;
  /// Writes a whole line, also with `quiet`; what stands in place is wiped away first.
  void line(std::string_view line);
  /// Wipes away what stands in place.
  void wipe();

 private:
  void wipeLocked();
  std::string fitting(std::string_view what, std::string_view measured) const;
  std::string measure(std::uint64_t done, std::uint64_t total, Steady now) const;

  std::ostream& err_;
  Settings settings_;
  std::function<Steady()> now_;
  std::mutex lock_;
  std::string what_;
  Steady began_{};
  std::uint64_t began_at_ = 0;
  Steady shown_{};
  bool drawn_ = false;
};

}  // namespace out
