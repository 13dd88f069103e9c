#include "commands/answers.hpp"

#include <fmt/format.h>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace commands {
namespace {

[[noreturn]] void badLine(const std::string& file, std::size_t number, const std::string& line) {
  throw core::Error(core::Kind::configuration,
                    fmt::format("{}:{}: not an answer: {}", file, number, core::printable(line)),
                    "Write one answer per line: QUESTION-ID = \"ANSWER\".");
}

bool wordIsRight(const std::string& given, const ports::Question& question,
                 const std::string& from) {
  if (given == question.word) return true;
  throw core::Error(core::Kind::refused,
                    fmt::format("{} says '{}', but this is about '{}'", from,
                                core::printable(given), question.word),
                    "Nothing was changed. Make sure that you mean the right instance.");
}

bool isYes(const std::string& given, const ports::Question& question) {
  if (given == "yes" || given == "no") return given == "yes";
  throw core::Error(core::Kind::configuration,
                    fmt::format("the answer to {} is '{}'", question.id, core::printable(given)),
                    "Answer it with \"yes\" or \"no\".");
}

}  // namespace

std::map<std::string, std::string> parseAnswers(const std::string& text, const std::string& file) {
  std::map<std::string, std::string> answers;
  std::size_t number = 0;
  for (const std::string& raw : core::split(text, '\n')) {
    ++number;
    const std::string line(core::trim(raw));
    if (line.empty() || line[0] == '#') continue;
    const auto equals = line.find('=');
    if (equals == std::string::npos) badLine(file, number, line);
    const std::string id(core::trim(std::string_view(line).substr(0, equals)));
    const std::string_view value = core::trim(std::string_view(line).substr(equals + 1));
    if (id.empty() || value.size() < 2 || value.front() != '"' || value.back() != '"') {
      badLine(file, number, line);
    }
    answers[id] = std::string(value.substr(1, value.size() - 2));
  }
  return answers;
}

const std::string* AnsweringPrompt::answer(const std::string& id) {
  if (!loaded_ && globals_.answers) {
    answers_ = parseAnswers(files_.read(*globals_.answers), *globals_.answers);
  }
  loaded_ = true;
  const auto found = answers_.find(id);
  return found == answers_.end() ? nullptr : &found->second;
}

bool AnsweringPrompt::confirm(const ports::Question& question) {
  const std::string* given = answer(question.id);
  if (!question.word.empty()) {
    if (given != nullptr) return wordIsRight(*given, question, "answer " + question.id);
    if (globals_.confirm) return wordIsRight(*globals_.confirm, question, "--confirm");
    return terminal_.confirm(question);
  }
  if (given != nullptr) return isYes(*given, question);
  return globals_.yes || terminal_.confirm(question);
}

std::string AnsweringPrompt::ask(const ports::Question& question) {
  if (question.hidden) return terminal_.ask(question);
  const std::string* given = answer(question.id);
  return given != nullptr ? *given : terminal_.ask(question);
}

}  // namespace commands
