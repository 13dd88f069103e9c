#pragma once

#include <string>

#include "lib/core/cancel.hpp"
#include "lib/ports/prompt.hpp"

namespace adapters {

/// Asks the person at the terminal, on /dev/tty; only if standard input and standard error are
/// terminals, so that a script never waits for somebody. What options answer in advance is
/// commands::AnsweringPrompt's.
class TerminalPrompt : public ports::Prompt {
 public:
  explicit TerminalPrompt(core::Cancellation& cancellation) : cancellation_(cancellation) {}
  bool confirm(const ports::Question& question) override;
  std::string ask(const ports::Question& question) override;

 private:
  std::string askTerminal(const ports::Question& question, const std::string& shown);

  core::Cancellation& cancellation_;
};

}  // namespace adapters
