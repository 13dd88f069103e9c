#pragma once

#include <libpq-fe.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "lib/core/cancel.hpp"

namespace adapters {

/// What cancels a statement on the server, from any thread, without waiting for an answer.
class Canceller {
 public:
  explicit Canceller(PGconn* connection);
  void cancel() const;
  /// Waits (bounded) until no request is under way: one that comes late would hit the next
  /// statement.
  void settle() const;

 private:
  std::shared_ptr<PGcancel> request_;
  std::shared_ptr<std::atomic<int>> under_way_;
};

/// Looks after the statements of one session, which wait in libpqxx without a look at anything:
/// cancels on the server when the run is interrupted, and cuts the connection if the server does
/// not even answer that, or keeps silent well beyond its own time limit.
class StatementWatch {
 public:
  StatementWatch(PGconn* connection, const core::Cancellation& cancellation,
                 std::chrono::milliseconds limit);
  ~StatementWatch();

  /// Around one statement.
  class Section {
   public:
    explicit Section(StatementWatch& watch) : watch_(watch) { watch_.begin(); }
    ~Section() { watch_.end(); }
    Section(const Section&) = delete;
    Section& operator=(const Section&) = delete;

   private:
    StatementWatch& watch_;
  };

  /// Whether the last statement was cancelled because of the interrupt.
  bool interrupted() const { return interrupted_; }

 private:
  void begin();
  void end();
  void serve();
  void look();

  const core::Cancellation& cancellation_;
  std::chrono::milliseconds limit_;
  int socket_;
  Canceller canceller_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool running_ = false;
  bool stop_ = false;
  std::chrono::steady_clock::time_point cut_at_{};
  std::atomic<bool> interrupted_{false};
  std::thread thread_;
};

}  // namespace adapters
