#include "lib/adapters/second_hand.hpp"

#include "lib/adapters/spawner.hpp"

namespace adapters {

SecondHand::SecondHand(std::function<void()> ready)
    : thread_(quietThread([this, ready = std::move(ready)] {
        ready();
        serve();
      })) {}

SecondHand::~SecondHand() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void SecondHand::begin(std::function<void()> work) {
  {
    const std::lock_guard lock(mutex_);
    work_ = std::move(work);
  }
  changed_.notify_all();
}

void SecondHand::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !work_; });
}

void SecondHand::serve() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return stop_ || work_; });
    if (stop_) return;
    lock.unlock();
    work_();
    lock.lock();
    work_ = nullptr;
    changed_.notify_all();
  }
}

}  // namespace adapters
