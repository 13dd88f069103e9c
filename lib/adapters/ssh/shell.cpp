#include "lib/adapters/ssh/shell.hpp"

#include <fmt/format.h>

#include <optional>

#include "lib/adapters/ssh/streams.hpp"
#include "lib/core/text.hpp"

namespace adapters {
namespace {

using ports::HostAddress;
using namespace std::chrono_literals;

/// A program on another host: its opening in front of its input, its answer off its output.
class RemoteProcess : public ports::Process {
 public:
  RemoteProcess(Connection& connection, const ports::Command& command, core::Source* in,
                core::Sink* out, bool idle, std::function<void()> over = {})
      : connection_(connection),
        command_(command),
        line_(connection.line()),
        password_(needsSudo() ? connection.password() : core::Secret()),
        mark_(newMark()),
        source_(openingOf(command, {mark_, connection.address().sudo, password_}), in),
        sink_(mark_, command.argv[0], out),
        end_(mark_) {
    RemoteWork work;
    work.name = fmt::format("{} on {}", command.argv[0], name());
    work.line = kRemoteLine;
    work.in = &source_;
    work.out = &sink_;
    work.limit = command.limit;
    work.idle = idle;
    work.after_stop = static_cast<bool>(over);
    work.over = std::move(over);
    work.errors = [this](std::string_view bytes) { return end_.add(bytes); };
    inner_ = line_->start(work);
  }

  ~RemoteProcess() override {
    if (!waited_) giveUp();
  }
  RemoteProcess(const RemoteProcess&) = delete;
  RemoteProcess& operator=(const RemoteProcess&) = delete;

  ports::Outcome wait() override {
    waited_ = true;
    ports::Outcome outcome;
    try {
      outcome = inner_->wait();
    } catch (...) {
      giveUp();
      throw;
    }
    const std::string end = takeEnd(outcome.err, mark_);
    const Answer answer = answered(outcome);
    if (answer.error) throw *answer.error;
    if (core::trim(end) == "password") {
      throw core::Error(core::Kind::denied,
                        fmt::format("sudo on {} did not take the password", name()),
                        "Try again with the right one.");
    }
    const auto told = endOf(end);
    if (!told) throw lost();
    outcome.status = told->status;
    outcome.signal = told->signal;
    refuseSudo(outcome);
    outcome.out = sink_.takeText();
    return outcome;
  }

 private:
  const std::string& name() const { return connection_.address().name; }

  bool needsSudo() const {
    const bool may = connection_.address().sudo != HostAddress::Sudo::none;
    return may && (command_.mutates || !command_.user.empty());
  }

  core::Error lost() const {
    return {core::Kind::unreachable,
            fmt::format("the connection to {} was lost while {} ran", name(), command_.argv[0]),
            "It is not known how that ended. Look there before doing it again."};
  }

  Answer answered(const ports::Outcome& outcome) const {
    const std::string words = sink_.answer();
    if (!words.empty()) return answerOf(words, command_, name());
    // 255 is what the ssh program says of itself: its shared connection went.
    if (!line_->alive() || outcome.status == 255) return {0, lost()};
    std::string said(core::trim(outcome.err));
    if (said.empty()) said = core::trim(sink_.noise());
    const auto last = said.rfind('\n');
    return {0,
            core::Error(core::Kind::denied,
                        fmt::format("{} runs no command for this login: {}", name(),
                                    said.empty() ? outcome.inWords()
                                                 : core::printable(said.substr(
                                                       last == std::string::npos ? 0 : last + 1))),
                        "The login user needs a shell there that runs commands.")};
  }

  /// sudo says "sudo: …" and ends with 1 when it refuses (sudo 1.9.13).
  void refuseSudo(const ports::Outcome& outcome) const {
    if (!needsSudo() || outcome.status != 1 || outcome.signal != 0) return;
    const std::string_view err = core::trim(outcome.err);
    const auto line =
        err.substr(err.rfind('\n') == std::string_view::npos ? 0 : err.rfind('\n') + 1);
    const bool refused = line.starts_with("sudo: ") || err.starts_with("Sorry, user ");
    if (!refused) return;
    throw core::Error(
        core::Kind::denied,
        fmt::format("sudo on {} refuses `{}`: {}", name(), core::shellLine(command_.argv),
                    core::printable(line.starts_with("sudo: ") ? line.substr(6) : line)),
        "`sotctl doctor --sudoers` prints the rules that it needs there.");
  }

  /// Ends what may still run there. Nothing to say if that fails: what is told is why it was given
  /// up.
  void giveUp() noexcept {
    try {
      inner_.reset();
      const Answer answer = answerOf(sink_.answer(), command_, name());
      if (answer.group <= 1 || !line_->alive()) return;
      core::StringSource words(
          endingOf(answer.group, needsSudo() ? connection_.address().sudo : HostAddress::Sudo::none,
                   password_));
      RemoteWork work;
      work.name = "kill on " + name();
      work.line = kRemoteLine;
      work.in = &words;
      work.limit = 10s;
      work.after_stop = true;
      line_->start(work)->wait();
    } catch (...) {
    }
  }

  Connection& connection_;
  ports::Command command_;
  std::shared_ptr<Line> line_;
  core::Secret password_;
  std::string mark_;
  OpeningSource source_;
  AnswerSink sink_;
  EndWatch end_;
  bool waited_ = false;
  std::unique_ptr<ports::Process> inner_;
};

}  // namespace

ports::Outcome RemoteShell::run(const ports::Command& command, const std::string& input) {
  core::StringSource source(input);
  RemoteProcess process(connection_, command, &source, nullptr, false);
  return process.wait();
}

std::unique_ptr<ports::Process> RemoteShell::start(const ports::Command& command, core::Source* in,
                                                   core::Sink* out) {
  return std::make_unique<RemoteProcess>(connection_, command, in, out, true);
}

std::unique_ptr<ports::Process> startSteady(Connection& connection, const ports::Command& command,
                                            core::Source& in, core::Sink& out,
                                            std::function<void()> over) {
  return std::make_unique<RemoteProcess>(connection, command, &in, &out, true, std::move(over));
}

}  // namespace adapters
