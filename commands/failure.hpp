#pragma once

#include <exception>
#include <string>
#include <vector>

#include "lib/core/cancel.hpp"
#include "lib/core/json.hpp"

namespace commands {

/// Why a command failed, as it is told and as the process ends.
struct Failure {
  int status = 1;
  std::string kind;  // "not_found"; "bug" for a std::logic_error
  std::string message;
  std::string hint;
  std::string refusal;
  std::vector<std::string> causes;  // of nested errors, outermost first
};

/// The one place where exceptions become exit statuses. `stop` is what cancelled the command, if
/// something did: it tells a time limit (9) and SIGTERM (143) from an interrupt (130).
Failure failureOf(const std::exception& error, core::Stop stop);

/// "sotctl: MESSAGE" and the hint's lines, indented; causes too with `verbose`.
std::string failureText(const Failure& failure, bool verbose);
/// {"error": {kind, message, hint, status, refusal if there is one, causes with `verbose`}}.
core::Json failureJson(const Failure& failure, bool verbose);

}  // namespace commands
