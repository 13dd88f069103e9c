#include "tests/fakes/prompt.hpp"

#include "lib/core/error.hpp"

namespace fakes {

FakePrompt::~FakePrompt() {
  for (const Answer& answer : answers_) complaints_.add("nobody asked " + answer.id);
}

void FakePrompt::types(std::string id, std::string answer) {
  answers_.push_back({std::move(id), std::move(answer)});
}

std::string FakePrompt::ask(const ports::Question& question) {
  cancellation_.check();
  questions_.push_back(question);
  if (!terminal_) {
    throw core::Error(core::Kind::refused,
                      "nobody can answer " + question.id + ": there is no terminal",
                      question.word.empty() ? "Answer with --yes." : "Answer with --confirm.");
  }
  if (answers_.empty() || answers_.front().id != question.id) {
    complaints_.refuse("unexpected question: " + question.id + ": " + question.text);
  }
  const std::string text = answers_.front().text;
  answers_.pop_front();
  return text;
}

bool FakePrompt::confirm(const ports::Question& question) {
  const std::string typed = ask(question);
  return question.word.empty() ? typed == "yes" || typed == "y" : typed == question.word;
}

}  // namespace fakes
