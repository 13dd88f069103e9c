#pragma once

#include <functional>
#include <memory>
#include <string>

#include "lib/adapters/ssh/line.hpp"
#include "lib/adapters/ssh/words.hpp"
#include "lib/ports/shell.hpp"

namespace adapters {

/// What a shell needs of its connection: an open line, and the rights behind it.
class Connection {
 public:
  virtual ~Connection() = default;
  virtual const ports::HostAddress& address() const = 0;
  /// Open; a lost line is replaced. Kept by whoever uses it. Errors: unreachable, denied,
  /// timed_out.
  virtual std::shared_ptr<Line> line() = 0;
  /// For sudo; asks the person once, and only where the configuration says so. Errors: denied.
  virtual core::Secret password() = 0;
};

/// Programs on another host. Safe to use from several threads. Must go before `connection`.
///
/// A program runs in a process group of its own, and is ended there when it is given up here. When
/// the connection is lost, nothing can end it: work that must not be left half done goes through
/// a transient unit (lib/detached).
class RemoteShell : public ports::Shell {
 public:
  explicit RemoteShell(Connection& connection) : connection_(connection) {}
  using ports::Shell::run;
  ports::Outcome run(const ports::Command& command, const std::string& input) override;
  std::unique_ptr<ports::Process> start(const ports::Command& command, core::Source* in,
                                        core::Sink* out) override;

 private:
  Connection& connection_;
};

/// A program with streams that goes on after an interrupt, for as long as its owner lives. `over`
/// is called when it has ended, or the connection with it.
std::unique_ptr<ports::Process> startSteady(Connection& connection, const ports::Command& command,
                                            core::Source& in, core::Sink& out,
                                            std::function<void()> over);

}  // namespace adapters
