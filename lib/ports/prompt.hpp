#pragma once

#include <optional>
#include <string>
#include <vector>

namespace ports {

/// A question to the person at the terminal.
struct Question {
  std::string id;    // stable, for --answers files: "restore.confirm"
  std::string text;  // what is asked, one or more lines
  /// Word that must be typed instead of "yes" (the instance's name before data can be lost).
  /// --yes never answers such a question, --confirm NAME does.
  std::string word{};
  /// The answer is a password: not shown while it is typed, and only taken from a terminal.
  bool hidden = false;
};

class Prompt {
 public:
  virtual ~Prompt() = default;
  /// True for yes, or for the right word. Errors: refused if there is no terminal and no answer
  /// was given by an option; interrupted.
  virtual bool confirm(const Question& question) = 0;
  /// One line of text. Errors as above.
  virtual std::string ask(const Question& question) = 0;
};

}  // namespace ports
