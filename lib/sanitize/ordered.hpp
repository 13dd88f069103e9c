#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace sanitize {

/// Has jobs done by several threads and hands them over in the order in which they came. A bounded
/// number of them is under way: who brings jobs faster than they are taken waits. With one worker
/// everything is done by the caller's thread.
///
/// push() and finish() are for one thread, which also runs `done`; they throw what a job threw.
template <typename Job>
class Ordered {
 public:
  using Work = std::function<void(int worker, Job&)>;
  using Done = std::function<void(Job&)>;

  Ordered(int workers, Work work, Done done)
      : work_(std::move(work)),
        done_(std::move(done)),
        most_(static_cast<std::size_t>(workers) * 3) {
    if (workers < 2) return;
    for (int i = 0; i < workers; ++i) threads_.emplace_back([this, i] { run(i); });
  }
  ~Ordered() {
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }
  Ordered(const Ordered&) = delete;
  Ordered& operator=(const Ordered&) = delete;

  void push(std::unique_ptr<Job> job) {
    if (threads_.empty()) {
      work_(0, *job);
      done_(*job);
      return;
    }
    auto slot = std::make_shared<Slot>();
    slot->job = std::move(job);
    {
      const std::lock_guard lock(mutex_);
      waiting_.push_back(slot);
    }
    wake_.notify_one();
    order_.push_back(std::move(slot));
    while (order_.size() >= most_ || (!order_.empty() && isReady(*order_.front()))) takeOldest();
  }
  void finish() {
    while (!order_.empty()) takeOldest();
  }

 private:
  struct Slot {
    std::unique_ptr<Job> job;
    std::exception_ptr error;
    bool ready = false;
  };

  bool isReady(const Slot& slot) {
    const std::lock_guard lock(mutex_);
    return slot.ready;
  }

  void takeOldest() {
    const std::shared_ptr<Slot> slot = order_.front();
    {
      std::unique_lock lock(mutex_);
      ready_.wait(lock, [&] { return slot->ready; });
    }
    order_.pop_front();
    if (slot->error) std::rethrow_exception(slot->error);
    done_(*slot->job);
  }

  void run(int worker) {
    while (true) {
      std::shared_ptr<Slot> slot;
      {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [&] { return stopped_ || !waiting_.empty(); });
        if (stopped_) return;
        slot = std::move(waiting_.front());
        waiting_.pop_front();
      }
      try {
        work_(worker, *slot->job);
      } catch (...) {
        slot->error = std::current_exception();
      }
      {
        const std::lock_guard lock(mutex_);
        slot->ready = true;
      }
      ready_.notify_one();
    }
  }

  Work work_;
  Done done_;
  std::size_t most_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable ready_;
  std::deque<std::shared_ptr<Slot>> waiting_;
  std::deque<std::shared_ptr<Slot>> order_;
  std::vector<std::thread> threads_;
  bool stopped_ = false;
};

}  // namespace sanitize
