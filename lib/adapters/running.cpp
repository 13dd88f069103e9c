#include "lib/adapters/running.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>

#include "lib/adapters/trouble.hpp"
#include "lib/core/time.hpp"

namespace adapters {
namespace {

using std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto kGrace = 200ms;   // for a stream whose other end a daemon still holds
constexpr auto kTimeToEnd = 5s;  // between SIGTERM and SIGKILL
constexpr int kTick = 50;        // ms between looks at what no descriptor tells

struct Pipe {
  Descriptor reading, writing;
};

Pipe makePipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw trouble("can't make a pipe", errno);
  Pipe made{Descriptor(ends[0]), Descriptor(ends[1])};
  // The child's ends move onto 0, 1 and 2 one after the other: none may be there already.
  for (Descriptor* end : {&made.reading, &made.writing}) {
    if (end->number() > 2) continue;
    *end = Descriptor(fcntl(end->number(), F_DUPFD_CLOEXEC, 3));
    if (!end->open()) throw trouble("can't make a pipe", errno);
  }
  return made;
}

void setNonBlocking(const Descriptor& end) {
  fcntl(end.number(), F_SETFL, fcntl(end.number(), F_GETFL) | O_NONBLOCK);
}

}  // namespace

Running::Running(std::shared_ptr<Spawner> spawner, core::Cancellation& cancellation,
                 const Work& work)
    : spawner_(std::move(spawner)),
      cancellation_(cancellation),
      name_(!work.name.empty() || work.command.argv.empty() ? work.name : work.command.argv[0]),
      limit_(work.command.limit),
      limit_kind_(work.limit),
      touched_(steady_clock::now()),
      errors_seen_(work.errors),
      over_(work.over) {
  cancellation_.check();
  launch(work.command);
  touch();
  if (work.in != nullptr) {
    feeder_ = quietThread([this, in = work.in] { feed(*in); });
  } else {
    in_.close();
  }
  taker_ = quietThread([this, out = work.out] { take(out); });
  watcher_ = quietThread([this] { watch(); });
}

void Running::launch(const ports::Command& command) {
  Launch launch = prepareLaunch(command);
  Pipe in = makePipe();
  Pipe out = makePipe();
  Pipe err = makePipe();
  launch.in = std::move(in.reading);
  launch.out = std::move(out.writing);
  launch.err = std::move(err.writing);
  in_ = std::move(in.writing);
  out_ = std::move(out.reading);
  err_ = std::move(err.reading);
  for (const Descriptor* end : {&in_, &out_, &err_}) setNonBlocking(*end);
  pid_ = spawner_->start(launch);
  // Tells the end of the program at once; where a sandbox forbids the call, the ticks do.
  pidfd_ = Descriptor(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0)));
}

Running::~Running() {
  given_up_ = true;
  end_wanted_ = true;
  for (std::thread* thread : {&feeder_, &taker_, &watcher_}) {
    if (thread->joinable()) thread->join();
  }
}

ports::Outcome Running::wait() {
  for (std::thread* thread : {&watcher_, &feeder_, &taker_}) {
    if (thread->joinable()) thread->join();
  }
  if (reason_) std::rethrow_exception(reason_);
  ports::Outcome outcome;
  if (WIFSIGNALED(status_)) {
    outcome.signal = WTERMSIG(status_);
  } else {
    outcome.status = WEXITSTATUS(status_);
  }
  outcome.out = std::move(collected_);
  outcome.err = std::move(errors_);
  return outcome;
}

void Running::end(std::exception_ptr reason) {
  {
    const std::lock_guard lock(reason_mutex_);
    if (!reason_) reason_ = std::move(reason);
  }
  given_up_ = true;
  end_wanted_ = true;
}

void Running::watch() {
  while (true) {
    lookForReasonToEnd();
    pollfd waits[2] = {{exited_ ? -1 : pidfd_.number(), POLLIN, 0},
                       {err_done_ ? -1 : err_.number(), POLLIN, 0}};
    // Often where no descriptor tells: the end of the program (old kernels), of its last stream.
    poll(waits, 2, exited_ ? 1 : pidfd_.open() ? kTick : 5);
    readErrors();
    if (!exited_ && (work_done_ || hasEnded())) {
      exited_at_ = steady_clock::now();
      exited_ = true;
    }
    if (exited_ && mayReap()) break;
  }
  reap();
  if (over_) over_();
}

/// Does not collect it: its number must stay ours as long as its group may get signals.
bool Running::hasEnded() {
  siginfo_t info{};
  if (waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0) {
    return info.si_pid == pid_;
  }
  if (errno != ECHILD) return false;
  end(std::make_exception_ptr(core::Error(
      core::Kind::unexpected, fmt::format("somebody else collected the end of {}", name_))));
  return true;
}

void Running::lookForReasonToEnd() {
  const auto now = steady_clock::now();
  if (!end_wanted_) {
    if (outside_ > 0) touch();
    if (cancellation_.requested()) {
      end(std::make_exception_ptr(
          core::Error(core::Kind::interrupted, fmt::format("interrupted while {} ran", name_))));
    } else if (late(now)) {
      const bool total = limit_kind_ == Limit::total;
      end(std::make_exception_ptr(core::Error(
          core::Kind::timed_out,
          total ? fmt::format("{} did not end within {}", name_, core::formatDuration(limit_))
                : fmt::format("{} moved no byte for {}", name_, core::formatDuration(limit_)))));
    }
  }
  if (end_wanted_ && !ending_) {
    ending_ = true;
    kill_at_ = now + kTimeToEnd;
    kill(-pid_, SIGTERM);
    kill(-pid_, SIGCONT);  // a stopped program would not notice
  }
  if (ending_ && !killed_ && now > kill_at_) {
    killed_ = true;
    given_up_ = true;
    closed_ = true;
    kill(-pid_, SIGKILL);
  }
}

/// Once the program itself ended in time, only a daemon that goes on saying things can be late.
bool Running::late(Moment now) const {
  return now - (exited_ ? exited_at_.load() : touched_.load()) >
         std::max(limit_, exited_ ? kTimeToEnd : limit_);
}

bool Running::stale(Moment last) const {
  return exited_ && !end_wanted_ &&
         steady_clock::now() - std::max(last, exited_at_.load()) > kGrace;
}

bool Running::mayReap() {
  // When it is ended from outside, the rest of its group gets its time to end, too: their ends of
  // the streams tell that they are gone.
  return (out_done_ && err_done_) || killed_;
}

void Running::reap() {
  if (ending_ && !killed_) kill(-pid_, SIGKILL);
  if (work_done_) kill(-pid_, SIGTERM);
  while (waitpid(pid_, &status_, 0) < 0 && errno == EINTR) {
  }
  given_up_ = true;
  closed_ = true;
}

}  // namespace adapters
