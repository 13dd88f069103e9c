#pragma once

#include <cstdint>
#include <string_view>

namespace core {

/// Told how long work goes on. Implemented by lib/out for the terminal; calls may come from any
/// thread.
class Progress {
 public:
  virtual ~Progress() = default;
  /// One finished line that stays: "dumped 14 tables, 1.2 GB".
  virtual void say(std::string_view line) = 0;
  /// What goes on now, and how many bytes of it are done; `total` 0 where it is not known. (A
  /// count of things belongs into `what`.) Shown in place on a terminal, every few seconds
  /// elsewhere.
  virtual void at(std::string_view what, std::uint64_t done, std::uint64_t total) = 0;
};

/// Tells nobody.
class NoProgress : public Progress {
 public:
  void say(std::string_view) override {}
  void at(std::string_view, std::uint64_t, std::uint64_t) override {}
};

}  // namespace core
