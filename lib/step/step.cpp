#include "lib/step/step.hpp"

namespace step {

const char* verdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::satisfied:
      return "satisfied";
    case Verdict::needed:
      return "needed";
    case Verdict::blocked:
      return "blocked";
    case Verdict::unknown:
      return "unknown";
    case Verdict::follows:
      return "follows";
  }
  return "unknown";
}

Observation observed(core::CheckResult check) {
  Verdict verdict = Verdict::unknown;
  switch (check.outcome) {
    case core::Outcome::pass:
    case core::Outcome::warn:
      verdict = Verdict::satisfied;
      break;
    case core::Outcome::fail:
      verdict = Verdict::needed;
      break;
    case core::Outcome::skip:
      verdict = Verdict::follows;
      break;
    case core::Outcome::unknown:
      verdict = Verdict::unknown;
      break;
  }
  return {verdict, std::move(check)};
}

Observation blocked(core::CheckResult check) { return {Verdict::blocked, std::move(check)}; }

}  // namespace step
