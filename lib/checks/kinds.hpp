#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "lib/core/check.hpp"
#include "lib/core/json.hpp"

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
  bool flag(const std::string& key) const;
  const core::Json& values() const { return values_; }

 private:
  core::Json values_;
};

/// One kind of question. `ask` must not change anything, unless `probes` is set.
struct Kind {
  std::vector<std::string> needs{};  // arguments that must be there
  std::vector<std::string> takes{};  // others that may be
  bool probes = false;               // touches the system (an upload, a job): takes the lock
  std::function<core::CheckResult(const Arguments&)> ask{};
};

/// All kinds of questions that this program can ask, by name.
class Kinds {
 public:
  /// Throws std::logic_error if the kind is there already.
  void add(const std::string& name, Kind kind);
  /// Errors: configuration for an unknown kind or argument (nearest names) or one that is missing.
  const Kind& find(const std::string& name, const core::Json& arguments) const;
  /// The answer, with `id`. A kind that throws gives unknown, but for interrupted and
  /// configuration.
  core::CheckResult ask(const std::string& id, const std::string& name,
                        const core::Json& arguments) const;
  std::vector<std::string> names() const;

 private:
  std::map<std::string, Kind> kinds_;
};

}  // namespace checks
