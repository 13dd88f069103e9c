#pragma once

#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "lib/adapters/descriptor.hpp"
#include "lib/adapters/spawner.hpp"
#include "lib/core/cancel.hpp"
#include "lib/ports/shell.hpp"

namespace adapters {

/// A program that runs, with up to three threads: one feeds it, one takes what it gives, and one
/// watches its end, its errors, its time and the cancellation.
class Running : public ports::Process {
 public:
  enum class Limit { total, idle };

  struct Work {
    const ports::Command& command;
    core::Source* in = nullptr;
    core::Sink* out = nullptr;
    Limit limit = Limit::total;
    /// Sees what comes on standard error, in one thread. True: the work is done although the
    /// program still runs (an ssh whose streams a daemon on the other side keeps).
    std::function<bool(std::string_view)> errors{};
    std::string name{};  // in messages; empty: the program's
    /// Called when the program has ended: a source that waits for something must end then.
    std::function<void()> over{};
  };
  Running(std::shared_ptr<Spawner> spawner, core::Cancellation& cancellation, const Work& work);
  ~Running() override;
  ports::Outcome wait() override;

 private:
  using Moment = std::chrono::steady_clock::time_point;

  void launch(const ports::Command& command);
  void feed(core::Source& in);
  bool offer(std::string_view bytes);
  void take(core::Sink* out);
  void accept(core::Sink* out, std::string_view bytes);
  void watch();
  void lookForReasonToEnd();
  void end(std::exception_ptr reason);
  void readErrors();
  bool hasEnded();
  bool late(Moment now) const;
  bool mayReap();
  void reap();
  void touch() {
    if (limit_kind_ == Limit::idle) touched_.store(std::chrono::steady_clock::now());
  }
  /// After the program ended: whether a stream that gives nothing will not give anything more.
  bool stale(Moment last) const;

  std::shared_ptr<Spawner> spawner_;
  core::Cancellation& cancellation_;
  std::string name_;
  std::chrono::milliseconds limit_;
  Limit limit_kind_;
  pid_t pid_ = -1;
  Descriptor pidfd_, in_, out_, err_;

  std::atomic<Moment> touched_;
  std::atomic<Moment> exited_at_{};
  std::atomic<bool> exited_{false};
  std::atomic<bool> given_up_{false};  // nothing more is fed or taken
  std::atomic<bool> end_wanted_{false};
  std::atomic<bool> closed_{false};  // a stream without bytes right now counts as ended
  std::atomic<bool> out_done_{false};
  std::atomic<int> outside_{0};  // threads inside a source or a sink: not the program's time

  std::mutex reason_mutex_;
  std::exception_ptr reason_;
  bool ending_ = false;  // watch() only, as all below
  bool work_done_ = false;
  std::function<bool(std::string_view)> errors_seen_;
  std::function<void()> over_;
  bool killed_ = false;
  bool err_done_ = false;
  Moment kill_at_{};
  Moment err_last_{};
  int status_ = 0;
  std::string collected_;
  std::string errors_;
  std::thread feeder_, taker_, watcher_;
};

}  // namespace adapters
