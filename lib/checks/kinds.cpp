#include "lib/checks/kinds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace checks {
namespace {

[[noreturn]] void refuse(const std::string& what, const std::string& hint = {}) {
  throw core::Error(core::Kind::configuration, what, hint);
}

std::string didYouMean(const std::string& word, const std::vector<std::string>& known) {
  const auto near = core::nearest(word, known);
  return near.empty() ? "There are: " + core::join(known, ", ") + "."
                      : "Did you mean " + core::join(near, " or ") + "?";
}

}  // namespace

std::string Arguments::text(const std::string& key) const {
  if (!has(key)) refuse("check argument " + key + " is missing");
  const core::Json& value = values_.at(key);
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number() || value.is_boolean()) return value.dump();
  refuse(fmt::format("check argument {} is no text", key));
}

std::string Arguments::text(const std::string& key, const std::string& otherwise) const {
  return has(key) ? text(key) : otherwise;
}

int Arguments::number(const std::string& key, int otherwise) const {
  if (!has(key)) return otherwise;
  const std::string words = text(key);
  int value = 0;
  const auto [end, error] = std::from_chars(words.data(), words.data() + words.size(), value);
  if (error == std::errc() && end == words.data() + words.size()) return value;
  refuse(fmt::format("check argument {} is \"{}\"; it must be a whole number", key,
                     core::printable(words)));
}

core::Duration Arguments::duration(const std::string& key, core::Duration otherwise) const {
  if (!has(key)) return otherwise;
  if (const auto duration = core::parseDuration(text(key))) return *duration;
  refuse(fmt::format("check argument {} is \"{}\"; it must be a duration such as \"15min\"", key,
                     core::printable(text(key))));
}

std::vector<std::string> Arguments::list(const std::string& key) const {
  if (!has(key)) return {};
  if (!values_.at(key).is_array()) return {text(key)};
  std::vector<std::string> all;
  for (const core::Json& value : values_.at(key)) {
    if (!value.is_string())
      refuse(fmt::format("check argument {} has something else than texts", key));
    all.push_back(value.get<std::string>());
  }
  return all;
}

bool Arguments::flag(const std::string& key) const {
  if (!has(key)) return false;
  const std::string words = text(key);
  if (words == "true" || words == "false") return words == "true";
  refuse(fmt::format("check argument {} is \"{}\"; it must be true or false", key,
                     core::printable(words)));
}

void Kinds::add(const std::string& name, Kind kind) {
  if (!kinds_.emplace(name, std::move(kind)).second) {
    throw std::logic_error("check kind registered twice: " + name);
  }
}

const Kind& Kinds::named(const std::string& name, const core::Json& arguments) const {
  const auto found = kinds_.find(name);
  if (found == kinds_.end()) {
    refuse("there is no check kind " + core::printable(name), didYouMean(name, names()));
  }
  const Kind& kind = found->second;
  std::vector<std::string> known = kind.needs;
  known.insert(known.end(), kind.takes.begin(), kind.takes.end());
  for (const auto& [key, value] : arguments.items()) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    refuse(fmt::format("check kind {} takes no argument {}", name, core::printable(key)),
           didYouMean(key, known));
  }
  for (const auto& key : kind.needs) {
    if (!arguments.contains(key)) refuse(fmt::format("check kind {} needs {}", name, key));
  }
  return kind;
}

const Kind& Kinds::find(const std::string& name, const core::Json& arguments) const {
  const Kind& kind = named(name, arguments);
  if (kind.examine) kind.examine(Arguments(arguments));
  return kind;
}

CheckResult Kinds::ask(const std::string& id, const std::string& name,
                       const core::Json& arguments) const {
  const Kind& kind = find(name, arguments);
  CheckResult result;
  try {
    result = kind.ask(Arguments(arguments));
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted || error.kind() == core::Kind::configuration) throw;
    result.subject = id;
    result.outcome = core::Outcome::unknown;
    result.found = error.what();
    result.hint = error.hint();
  } catch (const core::Json::exception& error) {
    result.subject = id;
    result.outcome = core::Outcome::unknown;
    result.found = fmt::format("the answer has another shape than expected: {}", error.what());
  }
  result.id = id;
  return result;
}

bool Kinds::probes(const std::string& name) const {
  const auto found = kinds_.find(name);
  return found != kinds_.end() && found->second.probes;
}

std::vector<std::string> Kinds::names() const {
  std::vector<std::string> all;
  for (const auto& [name, kind] : kinds_) all.push_back(name);
  return all;
}

}  // namespace checks
