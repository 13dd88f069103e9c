#include "lib/sanitize/process_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "lib/core/error.hpp"

namespace sanitize {

/// A few blocks between the program's thread and the reader's.
struct ProcessSource::Pipe : core::Sink {
  static constexpr std::size_t kMost = std::size_t{4} << 20;

  Pipe(ports::Shell& shell, ports::Command command)
      : command_(std::move(command)),
        process_(shell.start(command_, nullptr, this)),
        thread_([this] { wait(); }) {}
  ~Pipe() override {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  void write(std::string_view bytes) override {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return closed_ || bytes_.size() - at_ < kMost; });
    if (closed_) throw core::Error(core::Kind::interrupted, "nobody reads any more");
    bytes_.erase(0, at_);
    at_ = 0;
    bytes_.append(bytes);
    changed_.notify_all();
  }

  void wait() {
    try {
      const ports::Outcome outcome = process_->wait();
      if (!outcome.ok()) {
        throw core::Error(
            core::Kind::corrupt,
            fmt::format("{} can't read the archive: {}", command_.argv[0], outcome.inWords()),
            "It must be at least as new as the pg_dump that made the archive.");
      }
    } catch (...) {
      error_ = std::current_exception();
    }
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_all();
  }

  std::size_t read(std::span<char> block) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return ended_ || at_ < bytes_.size(); });
    if (at_ == bytes_.size()) {
      if (error_) std::rethrow_exception(error_);
      return 0;
    }
    const std::size_t count = std::min(block.size(), bytes_.size() - at_);
    std::memcpy(block.data(), bytes_.data() + at_, count);
    at_ += count;
    changed_.notify_all();
    return count;
  }

  ports::Command command_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string bytes_;
  std::size_t at_ = 0;
  bool closed_ = false;
  bool ended_ = false;
  std::exception_ptr error_;
  std::unique_ptr<ports::Process> process_;
  std::thread thread_;
};

ProcessSource::ProcessSource(ports::Shell& shell, const ports::Command& command)
    : pipe_(std::make_unique<Pipe>(shell, command)) {}
ProcessSource::~ProcessSource() = default;
std::size_t ProcessSource::read(std::span<char> block) { return pipe_->read(block); }

}  // namespace sanitize
