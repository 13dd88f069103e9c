#include "tests/fakes/shell.hpp"

#include <fmt/format.h>

#include <utility>

#include "lib/core/text.hpp"
#include "lib/core/time.hpp"

namespace fakes {
namespace {

constexpr std::size_t kBuffered = 1 << 20;

std::string readAll(core::Source* in) {
  core::StringSink sink;
  if (in != nullptr) core::pump(*in, sink);
  return sink.text();
}

void refuseLong(const ports::Command& command, const ports::Outcome& outcome) {
  if (outcome.out.size() <= kBuffered) return;
  throw core::Error(core::Kind::unexpected, command.argv[0] + " said more than 1 MiB");
}

class FakeProcess : public ports::Process {
 public:
  explicit FakeProcess(std::function<ports::Outcome()> work) : work_(std::move(work)) {}
  ports::Outcome wait() override { return std::exchange(work_, nullptr)(); }

 private:
  std::function<ports::Outcome()> work_;
};

}  // namespace

CommandScript& CommandScript::says(std::string out) {
  outcome_.out = std::move(out);
  return *this;
}
CommandScript& CommandScript::complains(std::string err) {
  outcome_.err = std::move(err);
  return *this;
}
CommandScript& CommandScript::exits(int status) {
  outcome_.status = status;
  return *this;
}
CommandScript& CommandScript::endsBySignal(int number) {
  outcome_.signal = number;
  return *this;
}
CommandScript& CommandScript::fails(core::Error error) {
  trouble_ = [error](const ports::Command&) { throw error; };
  return *this;
}
CommandScript& CommandScript::hangs() {
  trouble_ = [](const ports::Command& command) {
    throw core::Error(core::Kind::timed_out,
                      fmt::format("{} did not end within {}", command.argv[0],
                                  core::formatDuration(command.limit)));
  };
  return *this;
}
CommandScript& CommandScript::does(Doing doing) {
  doing_ = std::move(doing);
  return *this;
}
CommandScript& CommandScript::times(int count) {
  uses_.times(count);
  return *this;
}
CommandScript& CommandScript::always() {
  uses_.always();
  return *this;
}

FakeShell::~FakeShell() {
  for (const CommandScript& script : scripts_) {
    if (script.uses_.unused()) complaints_.add("this command never came: " + script.pattern_);
  }
}

CommandScript& FakeShell::on(std::string pattern) {
  scripts_.emplace_back().pattern_ = std::move(pattern);
  return scripts_.back();
}

CommandScript& FakeShell::expected(const ports::Command& command, const std::string& line) {
  cancellation_.check();
  if (command.argv.empty()) throw core::Error(core::Kind::usage, "a command without a program");
  for (CommandScript& script : scripts_) {
    if (!script.uses_.left() || !like(line, script.pattern_)) continue;
    script.uses_.use();
    return script;
  }
  complaints_.refuse("unexpected command: " + line);
}

ports::Outcome FakeShell::run(const ports::Command& command, const std::string& input) {
  const std::lock_guard lock(mutex_);
  const std::string line = core::shellLine(command.argv);
  CommandScript& script = expected(command, line);
  calls_.push_back({command, line, input});
  if (script.trouble_) script.trouble_(command);
  ports::Outcome outcome = script.doing_ ? script.doing_(command, input) : script.outcome_;
  refuseLong(command, outcome);
  return outcome;
}

std::unique_ptr<ports::Process> FakeShell::start(const ports::Command& command, core::Source* in,
                                                 core::Sink* out) {
  const std::string line = core::shellLine(command.argv);
  CommandScript& script = expected(command, line);
  const std::size_t call = calls_.size();
  calls_.push_back({command, line, {}});
  return std::make_unique<FakeProcess>([this, &script, command, in, out, call] {
    cancellation_.check();
    calls_[call].input = readAll(in);
    if (script.trouble_) script.trouble_(command);
    ports::Outcome outcome =
        script.doing_ ? script.doing_(command, calls_[call].input) : script.outcome_;
    if (out == nullptr) {
      refuseLong(command, outcome);
    } else {
      out->write(outcome.out);
      outcome.out.clear();
    }
    return outcome;
  });
}

}  // namespace fakes
