#include <fmt/format.h>

#include <algorithm>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/runbook/runbook.hpp"

namespace runbook {
namespace {

/// Fills ${name} in texts; notes names that have no value, and refuses names that are none.
class Filler {
 public:
  explicit Filler(const Variables& values) : values_(values) {}

  std::string text(const std::string& from, const std::string& place) {
    std::string to;
    for (std::size_t at = 0; at < from.size();) {
      const auto begin = from.find("${", at);
      const auto end = begin == std::string::npos ? begin : from.find('}', begin);
      if (end == std::string::npos) {
        to += from.substr(at);
        break;
      }
      to += from.substr(at, begin - at) + value(from.substr(begin + 2, end - begin - 2), place);
      at = end + 1;
    }
    return to;
  }

  core::Json json(const core::Json& from, const std::string& place) {
    if (from.is_string()) return text(from.get<std::string>(), place);
    if (!from.is_structured()) return from;
    core::Json to = from;
    for (auto& [key, inner] : to.items()) inner = json(inner, place);
    return to;
  }

  /// Names without a value since the last call.
  std::vector<std::string> takeMissing() { return std::exchange(missing_, {}); }

 private:
  std::string value(const std::string& name, const std::string& place) {
    const auto found = values_.find(name);
    if (found == values_.end()) {
      std::vector<std::string> known;
      for (const auto& [one, ignored] : values_) known.push_back(one);
      const auto near = core::nearest(name, known);
      throw core::Error(core::Kind::configuration,
                        fmt::format("{}: there is no variable {}", place, core::printable(name)),
                        near.empty() ? "There are: " + core::join(known, ", ") + "."
                                     : "Did you mean " + near.front() + "?");
    }
    if (!found->second) missing_.push_back(name);
    return found->second.value_or("");
  }

  const Variables& values_;
  std::vector<std::string> missing_;
};

void addParameters(Runbook& runbook, Variables& values,
                   const std::map<std::string, std::string>& given,
                   const std::map<std::string, std::string>& configured) {
  std::vector<std::string> names;
  for (Parameter& parameter : runbook.parameters) {
    names.push_back(parameter.name);
    for (const auto* source : {&configured, &given}) {
      const auto found = source->find(parameter.name);
      if (found != source->end()) parameter.value = found->second;
    }
    const bool empty = !parameter.value || parameter.value->empty();
    if (parameter.required && empty) {
      throw core::Error(
          core::Kind::usage,
          fmt::format("{} needs a value for {}: {}", runbook.name, parameter.name, parameter.help),
          fmt::format("Give it: --set {}=VALUE.", parameter.name));
    }
    values[parameter.name] = parameter.value;
  }
  for (const auto& [name, value] : given) {
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    const auto near = core::nearest(name, names);
    throw core::Error(
        core::Kind::usage,
        fmt::format("{} has no parameter {}", runbook.name, core::printable(name)),
        near.empty() ? (names.empty() ? "It has none." : "It has: " + core::join(names, ", ") + ".")
                     : "Did you mean " + near.front() + "?");
  }
}

/// Why an item is left out here; empty: it is not.
std::string leftOut(const checks::Item& item, Filler& filler) {
  const auto says = [&](const std::string& text) {
    const bool something = !core::trim(filler.text(text, item.place)).empty();
    filler.takeMissing();  // what is not known says nothing
    return something;
  };
  const auto names = [](std::string text) {
    std::erase_if(text, [](char c) { return c == '$' || c == '{' || c == '}'; });
    return text;
  };
  if (!item.only_if.empty() && !says(item.only_if)) return names(item.only_if) + " is not set";
  if (!item.unless.empty() && says(item.unless)) {
    return "the check that " + names(item.unless) + " sets up does this";
  }
  return {};
}

}  // namespace

Variables variablesOf(const ports::World& world, const config::Instance& instance,
                      const config::Outside& outside) {
  const auto known = [](const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
  };
  std::string url = outside.url;
  if (url.empty() && !instance.probes.empty()) {
    const std::string& probe = instance.probes.front().url;
    const auto scheme = probe.find("://");
    if (scheme != std::string::npos) url = probe.substr(0, probe.find('/', scheme + 3));
  }
  return {{"instance", instance.name},
          {"product", config::productName(instance.product)},
          {"environment", config::environmentName(instance.environment)},
          {"root", known(instance.root)},
          {"media", known(instance.media)},
          {"settings", known(instance.settings)},
          {"database", known(instance.database.name)},
          {"host", known(world.caller.host)},
          {"url", known(url)}};
}

Runbook filled(Runbook runbook, const Variables& variables,
               const std::map<std::string, std::string>& given,
               const std::map<std::string, std::string>& configured) {
  Variables values = variables;
  addParameters(runbook, values, given, configured);
  Filler filler(values);
  runbook.title = filler.text(runbook.title, runbook.file);
  runbook.description = filler.text(runbook.description, runbook.file);
  filler.takeMissing();
  for (checks::Item& item : runbook.items) {
    item.title = filler.text(item.title, item.place);
    filler.takeMissing();
    item.left_out = leftOut(item, filler);
    item.arguments = filler.json(item.arguments, item.place);
    const auto missing = filler.takeMissing();
    if (!missing.empty()) {
      item.unready =
          fmt::format("{} is not known here: give it with --set, or in the configuration",
                      core::join(missing, ", "));
    }
  }
  return runbook;
}

}  // namespace runbook
