#include <poll.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <vector>

#include "lib/adapters/running.hpp"
#include "lib/adapters/trouble.hpp"

namespace adapters {
namespace {

using std::chrono::steady_clock;

constexpr int kTick = 50;
constexpr std::size_t kErrors = 65536;
constexpr std::size_t kBuffered = 1 << 20;

/// Counts a thread as busy with a source or a sink for as long as it lives.
class Outside {
 public:
  explicit Outside(std::atomic<int>& count) : count_(count) { ++count_; }
  ~Outside() { --count_; }
  Outside(const Outside&) = delete;
  Outside& operator=(const Outside&) = delete;

 private:
  std::atomic<int>& count_;
};

}  // namespace

void Running::feed(core::Source& in) {
  try {
    std::vector<char> block(core::kBlockBytes);
    while (!given_up_) {
      std::size_t got = 0;
      {
        const Outside outside(outside_);
        got = in.read(block);
      }
      touch();
      if (got == 0 || !offer({block.data(), got})) break;
    }
  } catch (...) {
    end(std::current_exception());
  }
  in_.close();
}

/// False if the program takes no more; that is no error by itself: its exit status says.
bool Running::offer(std::string_view bytes) {
  while (!bytes.empty()) {
    if (given_up_ || exited_) return false;
    const ssize_t put = write(in_.number(), bytes.data(), bytes.size());
    if (put >= 0) {
      touch();
      bytes.remove_prefix(static_cast<std::size_t>(put));
    } else if (errno == EAGAIN) {
      pollfd wait{in_.number(), POLLOUT, 0};
      poll(&wait, 1, kTick);
    } else if (errno == EPIPE) {
      return false;  // SIGPIPE is blocked in this thread and goes with it
    } else if (errno != EINTR) {
      throw trouble("can't write to " + name_, errno);
    }
  }
  return true;
}

void Running::take(core::Sink* out) {
  std::vector<char> block(core::kBlockBytes);
  auto last = steady_clock::now();
  while (true) {
    const ssize_t got = read(out_.number(), block.data(), block.size());
    if (got == 0) break;
    if (got > 0) {
      touch();
      try {
        if (!given_up_) accept(out, {block.data(), static_cast<std::size_t>(got)});
      } catch (...) {
        end(std::current_exception());
      }
      last = steady_clock::now();
    } else if (errno == EAGAIN) {
      if (closed_ || stale(last)) break;
      pollfd wait{out_.number(), POLLIN, 0};
      poll(&wait, 1, kTick);
    } else if (errno != EINTR) {
      end(std::make_exception_ptr(trouble("can't read from " + name_, errno)));
      break;
    }
  }
  out_.close();
  out_done_ = true;
}

void Running::accept(core::Sink* out, std::string_view bytes) {
  if (out != nullptr) {
    const Outside outside(outside_);
    out->write(bytes);
    return;
  }
  if (collected_.size() + bytes.size() > kBuffered) {
    throw core::Error(core::Kind::unexpected, name_ + " said more than 1 MiB",
                      "This is more than it should have to say: run it by hand and see.");
  }
  collected_.append(bytes);
}

void Running::readErrors() {
  std::array<char, 16384> block{};
  while (!err_done_) {
    const ssize_t got = read(err_.number(), block.data(), block.size());
    if (got > 0) {
      touch();
      err_last_ = steady_clock::now();
      const std::string_view bytes(block.data(), static_cast<std::size_t>(got));
      errors_.append(bytes);
      if (errors_seen_ && errors_seen_(bytes)) work_done_ = true;
      if (errors_.size() > 2 * kErrors) errors_.erase(0, errors_.size() - kErrors);
    } else if (got < 0 && errno == EINTR) {
      continue;
    } else {
      err_done_ = got == 0 || errno != EAGAIN || stale(err_last_);
      break;
    }
  }
  if (err_done_ && errors_.size() > kErrors) errors_.erase(0, errors_.size() - kErrors);
}

}  // namespace adapters
