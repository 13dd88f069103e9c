#pragma once

#include <chrono>
#include <string>

#include "lib/core/time.hpp"
#include "lib/ports/world.hpp"

namespace detached {

enum class Stage { absent, running, ended, lost };

/// What is known of detached work.
struct State {
  Stage stage = Stage::absent;
  int status = 0;   // of ended: exit status, 128 + n for signal n
  std::string out;  // of ended: the last 64 KiB of what it said, both streams
};

/// A command on a host that goes on when the connection to it is lost: a transient unit of systemd
/// where root runs it there, else a session of its own. It leaves its end in a file, so that
/// another connection, and another process, can tell what became of it. All is named by run and
/// step, and starting twice is starting once.
///
/// lost: it began, nothing runs any more, and it left no end: killed, or the host was restarted.
class Work {
 public:
  /// `there` is the host's world; `name` is "RUN-STEP": letters, digits, "-" and "_" alone; `user`
  /// is the account that it runs as. Errors: usage (another name).
  Work(ports::World& there, const std::string& name, std::string user = "root");

  /// Begins it, unless it was begun before. The command's limit, input and environment are not
  /// used: what it needs must be in its arguments. Errors: those of the shell, failed_check (it
  /// could not be begun).
  void start(const ports::Command& command);
  /// Errors: those of the shell.
  State look();
  /// Looks until it is not running. A lost connection is waited for and made again. Errors:
  /// timed_out (it still runs, or the host did not come back), interrupted; it goes on there.
  State wait(core::Duration limit);
  /// Removes what it left behind. It must not run any more.
  void forget();

 private:
  ports::Command sh(const std::string& script, bool mutates) const;
  ports::Outcome must(const ports::Command& command);

  ports::World& there_;
  std::string name_;
  std::string user_;
};

}  // namespace detached
