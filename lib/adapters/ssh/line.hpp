#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "lib/core/stream.hpp"
#include "lib/ports/shell.hpp"

namespace adapters {

/// One exchange with the login shell of another host.
struct RemoteWork {
  std::string name;  // of the program, in messages
  std::string line;  // what the login shell gets
  core::Source* in = nullptr;
  core::Sink* out = nullptr;
  std::chrono::milliseconds limit{std::chrono::seconds(60)};
  bool idle = false;        // the limit is for the time without a byte, not for all of it
  bool after_stop = false;  // goes on although an interrupt was requested: it cleans up
  /// Sees standard error as it comes; true says that the work is done, whoever keeps the streams.
  std::function<bool(std::string_view)> errors{};
  /// Called when nothing more comes or is taken: a source that waits for something must end then.
  std::function<void()> over{};
};

/// One connection to one host, with many exchanges side by side. Safe from several threads.
class Line {
 public:
  virtual ~Line() = default;
  /// Errors: unreachable (the connection is lost), timed_out, interrupted. Of the outcome only
  /// `err`, its last 64 KiB, says something: the end itself is told there by the other side's
  /// shell.
  virtual std::unique_ptr<ports::Process> start(const RemoteWork& work) = 0;
  /// False once the connection is known to be lost; asks nothing.
  virtual bool alive() = 0;
};

}  // namespace adapters
