#pragma once

#include <string>

namespace core {

/// What a check found out. `unknown` is the third answer: could not determine, never shown as one
/// of the others.
enum class Outcome { pass, warn, fail, skip, unknown };

const char* outcomeName(Outcome outcome);

/// The answer to the only kind of question that this program asks. Goals observe through it, and
/// doctor, status and checklists print it.
struct CheckResult {
  std::string id;       // "database.reachable": stable, for machines
  std::string subject;  // what was looked at: "database netbox on localhost:5432"
  Outcome outcome = Outcome::unknown;
  std::string found;   // what is there, in words; no secrets
  std::string wanted;  // what should be there; may be empty
  std::string hint;    // next command, or the right or setting that an unknown needs
};

/// Fail wins over unknown, unknown over warn, warn over pass; skip counts as pass.
Outcome worse(Outcome a, Outcome b);

}  // namespace core
