#include "lib/validation/combined.hpp"

#include <fmt/format.h>

#include "lib/checks/report.hpp"
#include "lib/core/text.hpp"

namespace validation {

checks::CheckResult combined(const std::string& subject,
                             const std::vector<core::CheckResult>& results,
                             const std::string& well) {
  core::CheckResult whole{{}, subject, checks::worst(results), {}, {}, {}};
  const bool good = whole.outcome == core::Outcome::pass || whole.outcome == core::Outcome::skip;
  std::vector<std::string> words;
  for (const core::CheckResult& one : results) {
    if (good || one.outcome != whole.outcome) continue;
    words.push_back(one.subject + ": " + one.found);
    if (whole.hint.empty()) whole.hint = one.hint;
    if (whole.wanted.empty()) whole.wanted = one.wanted;
  }
  whole.found = good ? well : someOf(words);
  return whole;
}

std::string someOf(const std::vector<std::string>& all, std::size_t most) {
  if (all.size() <= most) return core::join(all, "; ");
  return fmt::format(
      "{}; and {} more",
      core::join({all.begin(), all.begin() + static_cast<std::ptrdiff_t>(most)}, "; "),
      all.size() - most);
}

}  // namespace validation
