#include "lib/adapters/libssh2/channel.hpp"

#include <fmt/format.h>

#include <array>

#include "lib/core/time.hpp"

namespace adapters {
namespace {

using core::Kind;
using State = Ssh2Channel::State;
using namespace std::chrono_literals;

constexpr std::size_t kOutbox = std::size_t{4} * core::kBlockBytes;
constexpr std::size_t kErrors = 65536;
constexpr auto kGrace = 200ms;

core::Error lost(const Ssh2Handle& session) { return {Kind::unreachable, session.lastError()}; }

std::exception_ptr error(Kind kind, const std::string& what) {
  return std::make_exception_ptr(core::Error(kind, what));
}

void touch(Ssh2Channel& channel) {
  channel.last_byte = Ssh2Clock::now();
  if (channel.work.idle) channel.touched = channel.last_byte;
}

bool open(Ssh2Handle& session, Ssh2Channel& channel) {
  channel.state = State::opening;
  channel.handle = libssh2_channel_open_session(session.get());
  if (channel.handle != nullptr) {
    channel.state = State::starting;
    return true;
  }
  const int why = libssh2_session_last_errno(session.get());
  if (why == LIBSSH2_ERROR_EAGAIN) return false;
  if (why != LIBSSH2_ERROR_CHANNEL_FAILURE) throw lost(session);
  channel.fail(error(Kind::denied, fmt::format("{}: the server opens no more channels: {}",
                                               channel.work.name, session.lastError())));
  channel.state = State::done;
  return true;
}

bool start(Ssh2Handle& session, Ssh2Channel& channel) {
  const int result = libssh2_channel_exec(channel.handle, channel.work.line.c_str());
  if (result == LIBSSH2_ERROR_EAGAIN) return false;
  if (result == 0) {
    channel.state = State::running;
  } else if (result == LIBSSH2_ERROR_CHANNEL_REQUEST_DENIED) {
    channel.fail(error(Kind::denied, fmt::format("{}: the server lets this login run nothing",
                                                 channel.work.name)));
    channel.state = State::closing;
  } else {
    throw lost(session);
  }
  return true;
}

bool receive(Ssh2Handle& session, Ssh2Channel& channel) {
  static thread_local std::array<char, 65536> block;
  bool moved = false;
  while (true) {
    {
      const std::lock_guard lock(channel.mutex);
      if (channel.outbox.size() >= kOutbox && !channel.abandoned) break;
    }
    const ssize_t got = libssh2_channel_read(channel.handle, block.data(), block.size());
    if (got == LIBSSH2_ERROR_EAGAIN || got == 0) break;
    if (got < 0) throw lost(session);
    const std::lock_guard lock(channel.mutex);
    if (!channel.abandoned) channel.outbox.append(block.data(), static_cast<std::size_t>(got));
    channel.changed.notify_all();
    touch(channel);
    moved = true;
  }
  while (true) {
    const ssize_t got = libssh2_channel_read_stderr(channel.handle, block.data(), block.size());
    if (got == LIBSSH2_ERROR_EAGAIN || got == 0) break;
    if (got < 0) throw lost(session);
    const std::string_view bytes(block.data(), static_cast<std::size_t>(got));
    if (channel.work.errors && channel.work.errors(bytes)) channel.work_done = true;
    channel.errors.append(bytes);
    if (channel.errors.size() > 2 * kErrors) {
      channel.errors.erase(0, channel.errors.size() - kErrors);
    }
    touch(channel);
    moved = true;
  }
  return moved;
}

bool send(Ssh2Handle& session, Ssh2Channel& channel) {
  if (channel.eof_sent) return false;
  bool moved = false;
  while (true) {
    std::string block;
    bool end = false;
    {
      const std::lock_guard lock(channel.mutex);
      block = channel.inbox.substr(0, 32768);
      end = channel.in_end && channel.inbox.empty();
    }
    if (block.empty()) {
      if (!end) return moved;
      const int result = libssh2_channel_send_eof(channel.handle);
      if (result == LIBSSH2_ERROR_EAGAIN) return moved;
      channel.eof_sent = true;
      return true;
    }
    const ssize_t put = libssh2_channel_write(channel.handle, block.data(), block.size());
    if (put == LIBSSH2_ERROR_EAGAIN || put == 0) return moved;
    // The program may have closed its input; the end tells how that was meant.
    if (put == LIBSSH2_ERROR_CHANNEL_EOF_SENT || put == LIBSSH2_ERROR_CHANNEL_CLOSED) {
      channel.eof_sent = true;
      return true;
    }
    if (put < 0) throw lost(session);
    const std::lock_guard lock(channel.mutex);
    channel.inbox.erase(0, static_cast<std::size_t>(put));
    channel.changed.notify_all();
    touch(channel);
    moved = true;
  }
}

void lookForReasonToEnd(Ssh2Channel& channel) {
  if (channel.state == State::closing || channel.state == State::done) return;
  const auto now = Ssh2Clock::now();
  bool over = false;
  {
    const std::lock_guard lock(channel.mutex);
    if (channel.outside > 0 && channel.work.idle) channel.touched = now;
    over = channel.abandoned || channel.reason != nullptr;
  }
  const auto limit = channel.work.limit;
  if (!over && channel.cancellation->requested()) {
    channel.fail(
        error(Kind::interrupted, fmt::format("interrupted while {} ran", channel.work.name)));
    over = true;
  } else if (!over && !channel.work_done && now - channel.touched > limit) {
    channel.fail(error(
        Kind::timed_out,
        channel.work.idle
            ? fmt::format("{} moved no byte for {}", channel.work.name, core::formatDuration(limit))
            : fmt::format("{} did not end within {}", channel.work.name,
                          core::formatDuration(limit))));
    over = true;
  }
  if (!over) return;
  channel.state = channel.handle == nullptr && channel.state == State::waiting ? State::done
                  : channel.handle == nullptr                                  ? channel.state
                                                                               : State::closing;
}

/// Everything came, or the work is done and only a daemon keeps the streams.
bool complete(const Ssh2Channel& channel) {
  if (libssh2_channel_eof(channel.handle) == 1) return true;
  return channel.work_done && Ssh2Clock::now() - channel.last_byte > kGrace;
}

}  // namespace

bool stepSsh2(Ssh2Handle& session, Ssh2Channel& channel, bool may_open) {
  lookForReasonToEnd(channel);
  bool moved = false;
  if (channel.state == State::opening || (channel.state == State::waiting && may_open)) {
    moved = open(session, channel);
  }
  if (channel.state == State::starting) moved = start(session, channel) || moved;
  if (channel.state == State::running) {
    moved = receive(session, channel) || moved;
    moved = send(session, channel) || moved;
    bool drained = false;
    {
      const std::lock_guard lock(channel.mutex);
      drained = channel.outbox.size() < kOutbox;
    }
    if (drained && complete(channel)) {
      channel.state = State::closing;
      moved = true;
    }
  }
  if (channel.state == State::closing) {
    const int result = libssh2_channel_free(channel.handle);
    if (result != LIBSSH2_ERROR_EAGAIN) {
      channel.handle = nullptr;
      channel.state = State::done;
      moved = true;
    }
  }
  if (channel.state == State::done) channel.finish();
  return moved;
}

}  // namespace adapters
