#pragma once

#include <exception>
#include <string>

namespace core {

/// Why something could not be done. Closed: exitStatus() has one line for each, and the compiler
/// complains when a kind is added without one.
enum class Kind {
  unexpected,     // 1
  usage,          // 2
  configuration,  // 3
  not_found,      // 4
  refused,        // 5   nothing was changed
  locked,         // 6   another run holds the instance, or an unfinished one waits
  unreachable,    // 7
  denied,         // 8
  timed_out,      // 9
  failed_check,   // 10  a check failed, a difference or a leak was found
  corrupt,        // 11
  incomplete,     // 12  something was changed and the run is not complete
  undetermined,   // 13
  interrupted,    // 130 nothing was changed
};

/// The process exit status for a kind. One place, never renumbered (docs/exit-status.md).
int exitStatus(Kind kind);

/// The kind's name in JSON output and in the journal, for example "not_found".
const char* kindName(Kind kind);

/// The one exception type for everything that can go wrong outside this program. Bugs are
/// std::logic_error, never this.
///
/// `what`: lower case, no full stop, names the object and the value found.
/// `hint`: full sentences with the next command; may be empty.
/// `refusal`: id of a refusal that --accept can override (docs/refusals.md); empty otherwise.
class Error : public std::exception {
 public:
  Error(Kind kind, std::string what, std::string hint = {}, std::string refusal = {})
      : kind_(kind), what_(std::move(what)), hint_(std::move(hint)), refusal_(std::move(refusal)) {}

  const char* what() const noexcept override { return what_.c_str(); }
  Kind kind() const { return kind_; }
  const std::string& hint() const { return hint_; }
  const std::string& refusal() const { return refusal_; }

 private:
  Kind kind_;
  std::string what_;
  std::string hint_;
  std::string refusal_;
};

}  // namespace core
