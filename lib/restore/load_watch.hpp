#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

#include "lib/core/progress.hpp"
#include "lib/restore/environment.hpp"

namespace restore {

/// Tells how far a load is, by the size that the database has reached, from a thread and a session
/// of its own. Lives as long as the load.
class LoadWatch {
 public:
  LoadWatch(Environment environment, std::string database, std::uint64_t expected_bytes,
            core::Progress& progress);
  ~LoadWatch();
  LoadWatch(const LoadWatch&) = delete;
  LoadWatch& operator=(const LoadWatch&) = delete;

 private:
  void watch();

  Environment environment_;
  std::string database_;
  std::uint64_t expected_bytes_;
  core::Progress& progress_;
  std::atomic<bool> over_{false};
  std::thread thread_;
};

}  // namespace restore
