#include "lib/adapters/postgres_watch.hpp"

#include <sys/socket.h>

#include <array>

#include "lib/adapters/spawner.hpp"

namespace adapters {
namespace {

using std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto kTick = 50ms;
constexpr auto kTimeToCancel = 5s;   // for the server to end a cancelled statement
constexpr auto kTimeToAnswer = 15s;  // beyond its own statement_timeout

}  // namespace

Canceller::Canceller(PGconn* connection)
    : request_(PQgetCancel(connection), PQfreeCancel),
      under_way_(std::make_shared<std::atomic<int>>(0)) {}

void Canceller::cancel() const {
  // In a thread of its own: it opens a connection and waits for it, perhaps for a host that is
  // gone.
  ++*under_way_;
  quietThread([request = request_, under_way = under_way_] {
    std::array<char, 256> ignored{};
    PQcancel(request.get(), ignored.data(), static_cast<int>(ignored.size()));
    --*under_way;
  }).detach();
}

void Canceller::settle() const {
  const auto until = steady_clock::now() + kTimeToCancel;
  while (*under_way_ > 0 && steady_clock::now() < until) std::this_thread::sleep_for(1ms);
}

StatementWatch::StatementWatch(PGconn* connection, const core::Cancellation& cancellation,
                               std::chrono::milliseconds limit)
    : cancellation_(cancellation),
      limit_(limit),
      socket_(PQsocket(connection)),
      canceller_(connection),
      thread_(quietThread([this] { serve(); })) {}

StatementWatch::~StatementWatch() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void StatementWatch::begin() {
  const std::lock_guard lock(mutex_);
  running_ = true;
  interrupted_ = false;
  const bool limited = limit_ > limit_.zero();
  cut_at_ =
      limited ? steady_clock::now() + limit_ + kTimeToAnswer : steady_clock::time_point::max();
  changed_.notify_all();
}

void StatementWatch::end() {
  {
    const std::lock_guard lock(mutex_);
    running_ = false;
  }
  canceller_.settle();
}

void StatementWatch::serve() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stop_ || running_; });
    if (stop_) return;
    changed_.wait_for(lock, kTick, [this] { return stop_; });
    if (running_) look();
  }
}

void StatementWatch::look() {
  const auto now = steady_clock::now();
  if (cancellation_.requested() && !interrupted_) {
    interrupted_ = true;
    cut_at_ = now + kTimeToCancel;
    canceller_.cancel();
  }
  // The descriptor stays open, libpq's wait on it ends, and the session is lost.
  if (now > cut_at_) shutdown(socket_, SHUT_RDWR);
}

}  // namespace adapters
