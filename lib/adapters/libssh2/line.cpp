#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <atomic>
#include <list>
#include <vector>

#include "lib/adapters/libssh2/channel.hpp"
#include "lib/adapters/spawner.hpp"

namespace adapters {
namespace {

using namespace std::chrono_literals;

constexpr auto kSilence = 20s;      // keepalives are answered every five seconds
constexpr std::size_t kAtOnce = 8;  // servers allow ten (MaxSessions of OpenSSH)
constexpr int kTick = 50;

/// Wakes the thread of the session when there is something to send.
class Bell {
 public:
  Bell() : event_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
  void ring() const {
    const std::uint64_t one = 1;
    // A bell that rings already need not be rung.
    [[maybe_unused]] const ssize_t put = write(event_.number(), &one, sizeof one);
  }
  void hush() const {
    std::uint64_t count = 0;
    [[maybe_unused]] const ssize_t got = read(event_.number(), &count, sizeof count);
  }
  int number() const { return event_.number(); }

 private:
  Descriptor event_;
};

/// Feeds a channel and takes from it, as the pipes of a local program are.
class Ssh2Process : public ports::Process {
 public:
  Ssh2Process(std::shared_ptr<Ssh2Channel> channel, std::shared_ptr<Bell> bell)
      : channel_(std::move(channel)), bell_(std::move(bell)) {
    feeder_ = quietThread([this] { feed(); });
    taker_ = quietThread([this] { take(); });
  }
  ~Ssh2Process() override {
    {
      const std::lock_guard lock(channel_->mutex);
      channel_->abandoned = true;
      channel_->changed.notify_all();
    }
    bell_->ring();
    join();
  }
  Ssh2Process(const Ssh2Process&) = delete;
  Ssh2Process& operator=(const Ssh2Process&) = delete;

  ports::Outcome wait() override {
    join();
    std::unique_lock lock(channel_->mutex);
    channel_->changed.wait(lock, [this] { return channel_->finished; });
    if (channel_->reason) std::rethrow_exception(channel_->reason);
    ports::Outcome outcome;
    outcome.err = std::move(channel_->errors);
    if (outcome.err.size() > 65536) outcome.err.erase(0, outcome.err.size() - 65536);
    return outcome;
  }

 private:
  void join() {
    for (std::thread* thread : {&taker_, &feeder_}) {
      if (thread->joinable()) thread->join();
    }
  }

  bool over() const { return channel_->finished || channel_->abandoned || channel_->reason; }

  void feed() {
    std::vector<char> block(core::kBlockBytes);
    try {
      while (true) {
        const std::size_t got = channel_->work.in == nullptr
                                    ? 0
                                    : outside([&] { return channel_->work.in->read(block); });
        std::unique_lock lock(channel_->mutex);
        if (over()) return;
        if (got == 0) break;
        channel_->inbox.append(block.data(), got);
        lock.unlock();
        bell_->ring();
        lock.lock();
        channel_->changed.wait(lock, [this] { return over() || channel_->inbox.empty(); });
      }
    } catch (...) {
      channel_->fail(std::current_exception());
    }
    const std::lock_guard lock(channel_->mutex);
    channel_->in_end = true;
    bell_->ring();
  }

  void take() {
    while (true) {
      std::string bytes;
      {
        std::unique_lock lock(channel_->mutex);
        channel_->changed.wait(lock,
                               [this] { return !channel_->outbox.empty() || channel_->out_end; });
        if (channel_->outbox.empty()) return;
        bytes.swap(channel_->outbox);
        if (channel_->abandoned || channel_->reason) continue;
      }
      bell_->ring();
      try {
        outside([&] {
          if (channel_->work.out != nullptr) channel_->work.out->write(bytes);
          return std::size_t{0};
        });
      } catch (...) {
        channel_->fail(std::current_exception());
        bell_->ring();
      }
    }
  }

  template <typename Work>
  std::size_t outside(Work work) {
    const auto count = [this](int change) {
      const std::lock_guard lock(channel_->mutex);
      channel_->outside += change;
    };
    count(1);
    try {
      const std::size_t result = work();
      count(-1);
      return result;
    } catch (...) {
      count(-1);
      throw;
    }
  }

  std::shared_ptr<Ssh2Channel> channel_;
  std::shared_ptr<Bell> bell_;
  std::thread feeder_, taker_;
};

class Ssh2Line : public Line {
 public:
  Ssh2Line(core::Cancellation& cancellation, const Ssh2Target& target)
      : cancellation_(cancellation),
        target_(target),
        session_(cancellation, target_),
        bell_(std::make_shared<Bell>()),
        thread_(quietThread([this] { serve(); })) {}
  ~Ssh2Line() override {
    stop_ = true;
    bell_->ring();
    thread_.join();
  }
  Ssh2Line(const Ssh2Line&) = delete;
  Ssh2Line& operator=(const Ssh2Line&) = delete;

  bool alive() override { return alive_; }

  std::unique_ptr<ports::Process> start(const RemoteWork& work) override {
    core::Cancellation& cancellation = work.after_stop ? never_ : cancellation_;
    cancellation.check();
    auto channel = std::make_shared<Ssh2Channel>();
    channel->work = work;
    channel->cancellation = &cancellation;
    channel->touched = channel->last_byte = Ssh2Clock::now();
    {
      const std::lock_guard lock(mutex_);
      if (!alive_) {
        throw core::Error(core::Kind::unreachable,
                          fmt::format("the connection to {} is lost", target_.address.name));
      }
      arrived_.push_back(channel);
    }
    bell_->ring();
    return std::make_unique<Ssh2Process>(channel, bell_);
  }

 private:
  void serve() {
    try {
      while (!stop_) {
        welcome();
        bool moved = false;
        for (const auto& channel : channels_) moved = step(*channel) || moved;
        channels_.remove_if(
            [](const auto& channel) { return channel->state == Ssh2Channel::State::done; });
        keepAlive();
        if (!moved) sleep();
      }
    } catch (const core::Error& error) {
      lose(error.what());
    }
    alive_ = false;
  }

  void welcome() {
    const std::lock_guard lock(mutex_);
    // While nothing runs nobody reads what the other side says.
    if (channels_.empty()) quiet_since_ = Ssh2Clock::now();
    channels_.splice(channels_.end(), arrived_);
  }

  bool step(Ssh2Channel& channel) {
    using State = Ssh2Channel::State;
    std::size_t open = 0;
    bool opening = false;
    for (const auto& other : channels_) {
      open += other->state != State::waiting && other->state != State::done ? 1U : 0U;
      opening = opening || other->state == State::opening;
    }
    return stepSsh2(session_, channel, !opening && open < kAtOnce);
  }

  void sleep() {
    pollfd waits[2] = {{session_.socket(), POLLIN, 0}, {bell_->number(), POLLIN, 0}};
    poll(waits, 2, channels_.empty() ? 1000 : kTick);
    bell_->hush();
    // Nobody reads while no channel is open: the end of the connection would go unseen.
    if (channels_.empty() && (waits[0].revents & (POLLHUP | POLLERR)) != 0) {
      throw core::Error(core::Kind::unreachable, "the other side closed it");
    }
  }

  void keepAlive() {
    int next = 0;
    if (libssh2_keepalive_send(session_.get(), &next) != 0) {
      throw core::Error(core::Kind::unreachable, session_.lastError());
    }
    if (Ssh2Clock::now() - std::max(session_.heard(), quiet_since_) > kSilence) {
      throw core::Error(core::Kind::unreachable, "the other side is silent");
    }
  }

  void lose(const std::string& why) {
    const std::lock_guard lock(mutex_);
    alive_ = false;
    channels_.splice(channels_.end(), arrived_);
    for (const auto& channel : channels_) {
      channel->fail(std::make_exception_ptr(
          core::Error(core::Kind::unreachable,
                      fmt::format("the connection to {} was lost while {} ran: {}",
                                  target_.address.name, channel->work.name, why),
                      "It is not known how that ended. Look there before doing it again.")));
      channel->finish();
    }
  }

  core::Cancellation& cancellation_;
  core::Cancellation never_;
  Ssh2Target target_;
  Ssh2Handle session_;
  std::shared_ptr<Bell> bell_;
  std::mutex mutex_;
  std::list<std::shared_ptr<Ssh2Channel>> arrived_;
  std::list<std::shared_ptr<Ssh2Channel>> channels_;  // of the thread
  Ssh2Clock::time_point quiet_since_{};               // of the thread
  std::atomic<bool> stop_{false};
  std::atomic<bool> alive_{true};
  std::thread thread_;
};

}  // namespace

std::unique_ptr<Line> openSsh2(core::Cancellation& cancellation, const Ssh2Target& target) {
  return std::make_unique<Ssh2Line>(cancellation, target);
}

}  // namespace adapters
