#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

#include "lib/adapters/spawn.hpp"

namespace adapters {

/// The one thread that starts children. It lives as long as any of them is of interest: the signal
/// that ends a child with its parent is tied to the thread that forked.
class Spawner {
 public:
  Spawner();
  ~Spawner();
  /// spawn() in that thread. Safe from any thread.
  pid_t start(const Launch& launch);

 private:
  void serve();

  std::mutex callers_;  // one request at a time
  std::mutex mutex_;
  std::condition_variable changed_;
  const Launch* wanted_ = nullptr;
  bool done_ = false;
  bool stop_ = false;
  pid_t pid_ = -1;
  std::exception_ptr error_;
  std::thread thread_;
};

/// Starts a thread that gets no signals: handlers run in the threads of the program alone.
std::thread quietThread(std::function<void()> work);

}  // namespace adapters
