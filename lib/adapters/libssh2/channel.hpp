#pragma once

#include <libssh2.h>

#include <condition_variable>
#include <exception>
#include <mutex>
#include <string>

#include "lib/adapters/libssh2/handle.hpp"
#include "lib/adapters/ssh/line.hpp"

namespace adapters {

/// One exchange on a session, between the thread of the session, which alone calls libssh2, and
/// those that feed and empty it. What is marked "loop" belongs to that thread; the rest is guarded.
struct Ssh2Channel {
  enum class State { waiting, opening, starting, running, closing, done };

  RemoteWork work;
  core::Cancellation* cancellation = nullptr;

  // loop
  LIBSSH2_CHANNEL* handle = nullptr;
  State state = State::waiting;
  bool eof_sent = false;
  bool work_done = false;
  Ssh2Clock::time_point last_byte{};
  Ssh2Clock::time_point touched{};

  std::mutex mutex;
  std::condition_variable changed;
  std::string inbox;  // to be sent, at most a block
  bool in_end = false;
  std::string outbox;  // received, at most some blocks
  bool out_end = false;
  std::string errors;
  int outside = 0;  // threads inside a source or a sink: not the program's time
  bool abandoned = false;
  bool finished = false;
  std::exception_ptr reason;

  /// Nothing more comes or is taken.
  void finish() {
    {
      const std::lock_guard lock(mutex);
      finished = true;
      out_end = true;
      changed.notify_all();
    }
    if (work.over) work.over();
  }
  void fail(std::exception_ptr why) {
    const std::lock_guard lock(mutex);
    if (!reason) reason = std::move(why);
    changed.notify_all();
  }
};

/// Moves what can be moved without waiting. True if something moved. `opening`: whether this one
/// may open its channel now; a session opens one at a time. Errors of the exchange go into it;
/// errors of the connection are thrown.
bool stepSsh2(Ssh2Handle& session, Ssh2Channel& channel, bool may_open);

}  // namespace adapters
