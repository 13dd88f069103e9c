#pragma once

#include <deque>
#include <vector>

#include "lib/core/cancel.hpp"
#include "lib/ports/prompt.hpp"
#include "tests/fakes/complaints.hpp"

namespace fakes {

/// A person who types prepared answers. Fails the test on a question that was not expected and on
/// an answer that nobody asked for. Without a terminal it refuses as the real one does.
class FakePrompt : public ports::Prompt {
 public:
  explicit FakePrompt(const core::Cancellation& cancellation) : cancellation_(cancellation) {}
  ~FakePrompt() override;
  /// The next question is `id`, and this is typed: "yes", "no", a word, a text.
  void types(std::string id, std::string answer);
  void noTerminal() { terminal_ = false; }
  const std::vector<ports::Question>& questions() const { return questions_; }
  Complaints& complaints() { return complaints_; }

  bool confirm(const ports::Question& question) override;
  std::string ask(const ports::Question& question) override;

 private:
  struct Answer {
    std::string id;
    std::string text;
  };
  const core::Cancellation& cancellation_;
  std::deque<Answer> answers_;
  std::vector<ports::Question> questions_;
  bool terminal_ = true;
  Complaints complaints_;
};

}  // namespace fakes
