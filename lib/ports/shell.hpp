#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "lib/core/secret.hpp"
#include "lib/core/stream.hpp"

namespace ports {

/// One program to run. `argv` is never a line for a shell, and never holds a secret.
struct Command {
  std::vector<std::string> argv;
  /// Added to the environment that the program gets (a minimal one: PATH, HOME, LANG=C.UTF-8 and
  /// LC_MESSAGES=C). Secrets go here, or into a file.
  std::map<std::string, core::Secret> environment{};
  /// Where it runs; empty: "/". Entered before the user changes, so that a program may work in a
  /// folder ("." in its arguments) whose parents its user can't enter.
  std::string directory{};
  /// Account that it runs as; empty: ours. Needs root.
  std::string user{};
  /// umask that it begins with, whatever ours is. The default keeps what it writes from others, as
  /// what we run mostly handles copies of the data; a service gets 0022, as from systemd.
  unsigned file_mask = 0077;
  /// Mandatory time limit for all of it. For a stream: for the time without a byte either way.
  std::chrono::milliseconds limit{std::chrono::seconds(60)};
  /// Whether it changes something outside this process. A mutating command in a dry run is a bug.
  bool mutates = true;
};

/// How a program ended, and the little that it said.
struct Outcome {
  int status = 0;  // exit status; meaningless if signal is set
  int signal = 0;  // 0, or the signal that ended it
  std::string out;
  std::string err;
  bool ok() const { return signal == 0 && status == 0; }
  /// "exit status 3: last line of what it said on standard error".
  std::string inWords() const;
};

/// A program that is running. Destroying it ends the program (SIGTERM, then SIGKILL).
class Process {
 public:
  virtual ~Process() = default;
  /// Waits for the end and for all streams. `out` is empty if a sink took it. Call once.
  /// Errors: timed_out, interrupted (the program was ended first), whatever a stream threw.
  virtual Outcome wait() = 0;
};

/// Runs programs on one host.
class Shell {
 public:
  virtual ~Shell() = default;
  /// Runs a program whose answers are small: over 1 MiB is an error. A status other than 0 is an
  /// Outcome, not an error. Errors: not_found (no such program), denied, timed_out, interrupted.
  virtual Outcome run(const Command& command, const std::string& input) = 0;
  Outcome run(const Command& command) { return run(command, {}); }
  /// Starts a program with streams: `in` (may be null: end of file) is read and `out` (may be
  /// null: collected up to 1 MiB) written by threads of the process until wait() returns.
  /// Standard error is kept: its last 64 KiB. `out` is not finished: the caller does that once the
  /// outcome is good. A source or sink that blocks must notice the cancellation by itself.
  virtual std::unique_ptr<Process> start(const Command& command, core::Source* in,
                                         core::Sink* out) = 0;
};

class ForwardingShell : public Shell {
 public:
  explicit ForwardingShell(Shell& inner) : inner_(inner) {}
  using Shell::run;
  Outcome run(const Command& command, const std::string& input) override {
    return inner_.run(command, input);
  }
  std::unique_ptr<Process> start(const Command& command, core::Source* in,
                                 core::Sink* out) override {
    return inner_.start(command, in, out);
  }

 protected:
  Shell& inner_;
};

}  // namespace ports
