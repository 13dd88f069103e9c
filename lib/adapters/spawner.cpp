#include "lib/adapters/spawner.hpp"

#include <csignal>
#include <functional>

namespace adapters {

std::thread quietThread(std::function<void()> work) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread(std::move(work));
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

Spawner::Spawner() : thread_(quietThread([this] { serve(); })) {}

Spawner::~Spawner() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

pid_t Spawner::start(const Launch& launch) {
  const std::lock_guard turn(callers_);
  std::unique_lock lock(mutex_);
  wanted_ = &launch;
  done_ = false;
  changed_.notify_all();
  changed_.wait(lock, [this] { return done_; });
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
  return pid_;
}

void Spawner::serve() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stop_ || wanted_ != nullptr; });
    if (stop_) return;
    try {
      pid_ = spawn(*wanted_);
    } catch (...) {
      error_ = std::current_exception();
    }
    wanted_ = nullptr;
    done_ = true;
    changed_.notify_all();
  }
}

}  // namespace adapters
