#include "lib/remote/peer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
#include <thread>

#include "lib/core/error.hpp"
#include "lib/core/version.hpp"
#include "lib/remote/words.hpp"

namespace remote {
namespace {

using namespace std::chrono_literals;

/// A file of gigabytes is synced, or a large folder removed, in one request.
constexpr auto kLimit = std::chrono::minutes(10);
constexpr int kCannotRun = 126;  // as a shell says it of a program that it may not execute

}  // namespace

/// What is said to the other half; its reader waits until there is something.
class Peer::Outgoing : public core::Source {
 public:
  void put(std::string text) {
    const std::lock_guard lock(mutex_);
    text_ += text;
    changed_.notify_all();
  }
  void end() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_all();
  }
  std::size_t read(std::span<char> block) override {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return ended_ || !text_.empty(); });
    const std::size_t count = std::min(block.size(), text_.size());
    std::copy_n(text_.data(), count, block.data());
    text_.erase(0, count);
    return count;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string text_;
  bool ended_ = false;
};

/// What the other half says; read by whoever asked.
class Peer::Incoming : public core::Sink, public core::Source {
 public:
  void write(std::string_view bytes) override {
    const std::lock_guard lock(mutex_);
    text_.append(bytes);
    changed_.notify_all();
  }
  void end() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_all();
  }
  std::size_t read(std::span<char> block) override {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, kLimit, [this] { return ended_ || !text_.empty(); })) {
      throw core::Error(core::Kind::timed_out,
                        "sotctl-remote gave no answer within " + core::formatDuration(kLimit));
    }
    const std::size_t count = std::min(block.size(), text_.size());
    std::copy_n(text_.data(), count, block.data());
    text_.erase(0, count);
    return count;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string text_;
  bool ended_ = false;
};

/// The process, and a thread that waits for its end so that whoever asks hears of it.
class WaitedFor : public ports::Process {
 public:
  WaitedFor(std::unique_ptr<ports::Process> inner, std::function<void()> ended)
      : inner_(std::move(inner)), thread_([this, ended = std::move(ended)] {
          try {
            outcome_ = inner_->wait();
          } catch (...) {
            error_ = std::current_exception();
          }
          ended();
        }) {}
  ~WaitedFor() override {
    if (thread_.joinable()) thread_.join();
  }
  WaitedFor(const WaitedFor&) = delete;
  WaitedFor& operator=(const WaitedFor&) = delete;
  ports::Outcome wait() override {
    thread_.join();
    if (error_) std::rethrow_exception(error_);
    return outcome_;
  }

 private:
  std::unique_ptr<ports::Process> inner_;
  ports::Outcome outcome_;
  std::exception_ptr error_;
  std::thread thread_;
};

Peer::Peer(const Start& start, std::string before, std::string host)
    : host_(std::move(host)),
      outgoing_(std::make_shared<Outgoing>()),
      incoming_(std::make_unique<Incoming>()),
      reader_(std::make_unique<FrameReader>(*incoming_)) {
  outgoing_->put(std::move(before));
  process_ = std::make_unique<WaitedFor>(
      start(*outgoing_, *incoming_, [outgoing = outgoing_] { outgoing->end(); }),
      [incoming = incoming_.get()] { incoming->end(); });
  try {
    ask({{"do", "hello"}, {"version", core::version()}});
  } catch (...) {
    outgoing_->end();
    throw;
  }
}

Peer::~Peer() {
  // Its end of input is the other half's end.
  outgoing_->end();
  process_.reset();
}

bool Peer::lost() const {
  const std::lock_guard lock(mutex_);
  return lost_;
}

void Peer::lose(const std::string& why) {
  lost_ = true;
  outgoing_->end();
  try {
    const ports::Outcome outcome = process_->wait();
    if (outcome.status == kCannotRun && outcome.signal == 0) {
      throw core::Error(core::Kind::denied,
                        fmt::format("sotctl-remote can't run on {}: {}", host_, outcome.inWords()),
                        "Install it there as /usr/lib/sotctl/sotctl-remote, and set remote = "
                        "\"installed\" for this host.");
    }
    throw core::Error(core::Kind::unreachable,
                      fmt::format("sotctl-remote on {} ended: {}", host_, outcome.inWords()),
                      "It is not known whether the last change was made. Look there.");
  } catch (const core::Error& error) {
    if (error.kind() != core::Kind::unreachable || why.empty()) throw;
    throw core::Error(error.kind(), fmt::format("{} ({})", error.what(), why), error.hint());
  }
}

Frame Peer::answer() {
  std::string why;
  try {
    if (auto frame = reader_->next()) return std::move(*frame);
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::timed_out) throw;
    why = error.what();
  }
  lose(why);
}

Peer::Reply Peer::ask(const core::Json& words, std::string bytes) {
  const std::lock_guard lock(mutex_);
  if (lost_) {
    throw core::Error(core::Kind::unreachable, fmt::format("sotctl-remote on {} is gone", host_));
  }
  outgoing_->put(encode({words.dump(), std::move(bytes)}));
  const Frame frame = answer();
  Reply reply{core::Json::parse(frame.words, nullptr, false), frame.bytes};
  if (!reply.words.is_object()) {
    throw core::Error(core::Kind::corrupt,
                      fmt::format("what {} says is no message of sotctl-remote", host_));
  }
  throwToldError(reply.words);
  return reply;
}

}  // namespace remote
