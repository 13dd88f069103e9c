#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "lib/core/check.hpp"
#include "lib/core/json.hpp"
#include "lib/core/time.hpp"

namespace checks {

/// The arguments of one question, as plain data: {"url": "…", "status": 200}. Values may be text,
/// numbers or flags; a configuration has them all as text.
class Arguments {
 public:
  explicit Arguments(core::Json values) : values_(std::move(values)) {}
  bool has(const std::string& key) const { return values_.contains(key); }
  /// Errors of all: configuration (not there and no default; of another form), naming the key.
  std::string text(const std::string& key) const;
  std::string text(const std::string& key, const std::string& otherwise) const;
  int number(const std::string& key, int otherwise) const;
  /// "10min"; configuration for anything else.
  core::Duration duration(const std::string& key, core::Duration otherwise) const;
  /// A list of texts, or one text as a list of one.
  std::vector<std::string> list(const std::string& key) const;
  bool flag(const std::string& key) const;
  const core::Json& values() const { return values_; }

 private:
  core::Json values_;
};

/// A number that was measured, with what is good: for monitoring. Ranges are those of the Nagios
/// plugins ("10:", "~:20", "80").
struct Measure {
  std::string name;  // "free"
  double value = 0;
  std::string unit{};  // "s", "B", "%", "c" (a counter); empty: a plain number
  std::string warn{};
  std::string fail{};
  std::string least{};
  std::string most{};
};

/// What a question gives.
struct CheckResult : core::CheckResult {
  CheckResult() = default;
  CheckResult(core::CheckResult result, std::vector<Measure> numbers = {})  // NOLINT: meant
      : core::CheckResult(std::move(result)), measures(std::move(numbers)) {}
  std::vector<Measure> measures{};
};

/// One kind of question. `ask` must not change anything, unless `probes` is set.
struct Kind {
  std::vector<std::string> needs{};  // arguments that must be there
  std::vector<std::string> takes{};  // others that may be
  bool probes = false;               // touches the system (an upload, a job): takes the lock
  std::function<CheckResult(const Arguments&)> ask{};
  /// Looks at the arguments alone. Errors: configuration for values that can't be, and for a
  /// question that would assert nothing.
  std::function<void(const Arguments&)> examine{};
};

/// All kinds of questions that this program can ask, by name.
class Kinds {
 public:
  /// Throws std::logic_error if the kind is there already.
  void add(const std::string& name, Kind kind);
  /// Errors: configuration for an unknown kind or argument (nearest names), and one that is
  /// missing.
  const Kind& named(const std::string& name, const core::Json& arguments) const;
  /// The same; errors: also what Kind::examine says of the values.
  const Kind& find(const std::string& name, const core::Json& arguments) const;
  /// The answer, with `id`. A kind that throws gives unknown, but for interrupted and
  /// configuration.
  CheckResult ask(const std::string& id, const std::string& name,
                  const core::Json& arguments) const;
  /// Whether questions of this kind touch the system; false for an unknown one.
  bool probes(const std::string& name) const;
  std::vector<std::string> names() const;

 private:
  std::map<std::string, Kind> kinds_;
};

}  // namespace checks
