#pragma once

#include <map>
#include <string>

#include "lib/core/cancel.hpp"
#include "lib/ports/prompt.hpp"

namespace adapters {

/// What the options of the command line say in advance.
struct GivenAnswers {
  bool yes = false;                            // --yes
  std::string confirmed;                       // --confirm NAME
  std::map<std::string, std::string> by_id{};  // --answers FILE: question id → answer
};

/// Asks the person at the terminal, on /dev/tty; only if standard input and standard error are
/// terminals, so that a script never waits for somebody.
class TerminalPrompt : public ports::Prompt {
 public:
  TerminalPrompt(core::Cancellation& cancellation, GivenAnswers given)
      : cancellation_(cancellation), given_(std::move(given)) {}
  bool confirm(const ports::Question& question) override;
  std::string ask(const ports::Question& question) override;

 private:
  bool confirmWord(const ports::Question& question);
  std::string askTerminal(const ports::Question& question, const std::string& shown);

  core::Cancellation& cancellation_;
  GivenAnswers given_;
};

}  // namespace adapters
