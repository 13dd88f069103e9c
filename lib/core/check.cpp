#include "lib/core/check.hpp"

namespace core {
namespace {

int weight(Outcome outcome) {
  switch (outcome) {
    case Outcome::skip:
      return 0;
    case Outcome::pass:
      return 1;
    case Outcome::warn:
      return 2;
    case Outcome::unknown:
      return 3;
    case Outcome::fail:
      return 4;
  }
  return 3;
}

}  // namespace

const char* outcomeName(Outcome outcome) {
  switch (outcome) {
    case Outcome::pass:
      return "pass";
    case Outcome::warn:
      return "warn";
    case Outcome::fail:
      return "fail";
    case Outcome::skip:
      return "skip";
    case Outcome::unknown:
      return "unknown";
  }
  return "unknown";
}

Outcome worse(Outcome a, Outcome b) { return weight(a) >= weight(b) ? a : b; }

}  // namespace core
