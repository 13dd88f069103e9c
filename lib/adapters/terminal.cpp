#include "lib/adapters/terminal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <optional>

#include "lib/adapters/descriptor.hpp"
#include "lib/adapters/trouble.hpp"
#include "lib/core/text.hpp"

namespace adapters {
namespace {

std::optional<bool> yesOrNo(std::string_view answer) {
  if (answer == "yes" || answer == "y") return true;
  if (answer == "no" || answer == "n" || answer.empty()) return false;
  return std::nullopt;
}

std::string hintFor(const ports::Question& question, bool has_word) {
  if (question.hidden) return "Run this on a terminal.";
  if (has_word) {
    return fmt::format("Answer with --confirm {}, or with {} in the file of --answers.",
                       core::shellQuote(question.word), question.id);
  }
  return fmt::format("Answer with --yes, or with {} in the file of --answers.", question.id);
}

std::string readLine(const Descriptor& terminal, const core::Cancellation& cancellation) {
  std::string line;
  while (true) {
    cancellation.check();
    pollfd wait{terminal.number(), POLLIN, 0};
    if (poll(&wait, 1, 100) <= 0) continue;
    char c = 0;
    const ssize_t got = read(terminal.number(), &c, 1);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got <= 0) throw core::Error(core::Kind::refused, "no answer: the terminal was closed");
    if (c == '\n') return std::string(core::trim(line));
    line += c;
  }
}

/// Nothing that is typed is shown while it lives, nor when somebody stops the program meanwhile: a
/// handled signal ends the question, and with it this.
class Silent {
 public:
  Silent() : terminal_(open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)) {
    if (!terminal_.open() || tcgetattr(terminal_.number(), &before_) != 0) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    quiet.c_lflag |= ECHONL;
    changed_ = tcsetattr(terminal_.number(), TCSAFLUSH, &quiet) == 0;
  }
  ~Silent() {
    if (changed_) tcsetattr(terminal_.number(), TCSAFLUSH, &before_);
  }
  Silent(const Silent&) = delete;
  Silent& operator=(const Silent&) = delete;

 private:
  Descriptor terminal_;
  termios before_{};
  bool changed_ = false;
};

}  // namespace

bool TerminalPrompt::confirm(const ports::Question& question) {
  if (!question.word.empty()) {
    const std::string& word = question.word;
    return askTerminal(question, fmt::format("{}\nType {} to go on: ", question.text, word)) ==
           word;
  }
  while (true) {
    const std::string answer = askTerminal(question, fmt::format("{} [yes/no] ", question.text));
    if (const auto decided = yesOrNo(answer)) return *decided;
  }
}

std::string TerminalPrompt::ask(const ports::Question& question) {
  if (!question.hidden) return askTerminal(question, question.text + " ");
  const Silent silent;
  return askTerminal(question, question.text + " ");
}

std::string TerminalPrompt::askTerminal(const ports::Question& question, const std::string& shown) {
  cancellation_.check();
  const Descriptor terminal(
      isatty(0) == 1 && isatty(2) == 1 ? open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC) : -1);
  if (!terminal.open()) {
    throw core::Error(core::Kind::refused,
                      fmt::format("nobody can answer {}: there is no terminal", question.id),
                      hintFor(question, !question.word.empty()));
  }
  if (write(terminal.number(), shown.data(), shown.size()) < 0) {
    throw trouble("can't ask on the terminal", errno);
  }
  return readLine(terminal, cancellation_);
}

}  // namespace adapters
