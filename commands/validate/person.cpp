#include "commands/validate/person.hpp"

#include <fmt/format.h>

#include "lib/checks/verdict.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace commands {
namespace {

using core::Outcome;

core::CheckResult answered(const checks::Item& item, const std::string& person,
                           const std::string& answer) {
  const auto colon = answer.find(':');
  const std::string word(core::trim(answer.substr(0, colon)));
  const std::string remark(
      colon == std::string::npos ? "" : core::trim(std::string_view(answer).substr(colon + 1)));
  core::CheckResult result{item.id, item.title, Outcome::unknown, {}, {}, {}};
  if (word == "yes" || word == "y") result.outcome = Outcome::pass;
  if (word == "no" || word == "n") result.outcome = Outcome::fail;
  if (word == "skip" || word == "s") result.outcome = Outcome::skip;
  const char* said = result.outcome == Outcome::pass   ? "done"
                     : result.outcome == Outcome::fail ? "not done"
                     : result.outcome == Outcome::skip
                         ? "left out"
                         : "answered with something else than yes, no or skip";
  result.found = fmt::format("{}, says {}{}", said, person,
                             remark.empty() ? "" : ": " + core::printable(remark));
  return result;
}

}  // namespace

std::function<core::CheckResult(const checks::Item&)> personFor(Context& context,
                                                                const std::string& checklist) {
  return [&context, checklist](const checks::Item& item) {
    const ports::Question question{
        checklist + "." + item.id,
        item.title + "\n(yes, no or skip; a remark may follow: \"yes: seen\")"};
    try {
      const std::string answer = context.world().prompt.ask(question);
      return answered(item, context.world().caller.person, answer);
    } catch (const core::Error& error) {
      if (error.kind() != core::Kind::refused) throw;
      return checks::byHand(item, nullptr);  // nobody is there
    }
  };
}

std::map<std::string, checks::Finished> answers(std::map<std::string, checks::Finished> recorded) {
  std::erase_if(recorded, [](const auto& entry) {
    const checks::Finished& finished = entry.second;
    const bool given = finished.result.outcome == Outcome::pass ||
                       finished.result.outcome == Outcome::fail ||
                       finished.result.found.starts_with("left out");
    return finished.item.type != checks::Item::Type::manual || !given;
  });
  return recorded;
}

}  // namespace commands
