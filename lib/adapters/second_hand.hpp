#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace adapters {

/// A thread that does one piece of work at a time beside its owner.
class SecondHand {
 public:
  /// `ready` is called once in the thread, before any work.
  explicit SecondHand(std::function<void()> ready);
  ~SecondHand();
  SecondHand(const SecondHand&) = delete;
  SecondHand& operator=(const SecondHand&) = delete;

  /// Has `work` done, which must not throw; wait() before the next.
  void begin(std::function<void()> work);
  void wait();

 private:
  void serve();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::function<void()> work_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace adapters
