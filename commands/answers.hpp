#pragma once

#include <map>
#include <string>

#include "commands/context.hpp"
#include "lib/ports/prompt.hpp"

namespace commands {

/// Answers by question id, from the text of an --answers file: lines `ID = "ANSWER"`, comments
/// after '#'. Errors: configuration, with file and line.
std::map<std::string, std::string> parseAnswers(const std::string& text, const std::string& file);

/// Answers from the options --yes, --confirm and --answers; asks the terminal for what they do not
/// say. Only --confirm, or an answer with the question's id, gives the word that must be typed.
class AnsweringPrompt : public ports::Prompt {
 public:
  AnsweringPrompt(ports::Prompt& terminal, ports::Files& files, const Globals& globals)
      : terminal_(terminal), files_(files), globals_(globals) {}
  /// Errors: refused (the wrong word was given by an option; and the terminal's).
  bool confirm(const ports::Question& question) override;
  std::string ask(const ports::Question& question) override;

 private:
  const std::string* answer(const std::string& id);

  ports::Prompt& terminal_;
  ports::Files& files_;
  const Globals& globals_;
  bool loaded_ = false;
  std::map<std::string, std::string> answers_;
};

}  // namespace commands
