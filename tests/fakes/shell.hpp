#pragma once

#include <functional>
#include <list>
#include <mutex>

#include "lib/core/cancel.hpp"
#include "lib/core/error.hpp"
#include "lib/ports/shell.hpp"
#include "tests/fakes/complaints.hpp"

namespace fakes {

/// What one expected command does. By default it ends with status 0, says nothing and is used once.
class CommandScript {
 public:
  using Doing = std::function<ports::Outcome(const ports::Command&, const std::string& input)>;

  CommandScript& says(std::string out);
  CommandScript& complains(std::string err);
  CommandScript& exits(int status);
  CommandScript& endsBySignal(int number);
  /// It cannot be started, or the port fails in another way.
  CommandScript& fails(core::Error error);
  /// It runs into its time limit.
  CommandScript& hangs();
  /// Something else happens, too, or instead: other fakes may be changed here.
  CommandScript& does(Doing doing);
  CommandScript& times(int count);
  CommandScript& always();

 private:
  friend class FakeShell;
  std::string pattern_;
  ports::Outcome outcome_;
  std::function<void(const ports::Command&)> trouble_;
  Doing doing_;
  Uses uses_;
};

/// Runs nothing. Fails the test on a command that was not expected and on one that did not come.
/// A program with streams does all its work in wait(). Several threads may use it.
class FakeShell : public ports::Shell {
 public:
  struct Call {
    ports::Command command;
    std::string line;  // core::shellLine() of its argv
    std::string input;
  };

  explicit FakeShell(const core::Cancellation& cancellation) : cancellation_(cancellation) {}
  ~FakeShell() override;

  /// Expects a command by its line, quoted for a shell; `*` stands for any text. Of several that
  /// fit, the first with uses left is taken.
  CommandScript& on(std::string pattern);
  const std::vector<Call>& calls() const { return calls_; }
  Complaints& complaints() { return complaints_; }

  using ports::Shell::run;
  ports::Outcome run(const ports::Command& command, const std::string& input) override;
  std::unique_ptr<ports::Process> start(const ports::Command& command, core::Source* in,
                                        core::Sink* out) override;

 private:
  CommandScript& expected(const ports::Command& command, const std::string& line);

  const core::Cancellation& cancellation_;
  std::recursive_mutex mutex_;
  std::list<CommandScript> scripts_;
  std::vector<Call> calls_;
  Complaints complaints_;
};

}  // namespace fakes
