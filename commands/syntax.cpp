#include "commands/syntax.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "commands/values.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace commands {
namespace {

[[noreturn]] void badValue(const std::string& name, const std::string& text,
                           const std::string& hint) {
  throw core::Error(core::Kind::usage, fmt::format("{} can't be '{}'", name, core::printable(text)),
                    hint);
}

Parameter named(const std::string& names, const std::string& value, const std::string& help) {
  Parameter parameter;
  for (const std::string& name : core::split(names, ',')) {
    parameter.names.emplace_back(core::trim(name));
  }
  parameter.value = value;
  parameter.help = help;
  return parameter;
}

Parameter placed(const std::string& name, const std::string& help) {
  Parameter parameter = named(name, name, help);
  parameter.positional = true;
  return parameter;
}

}  // namespace

const std::string& Parameter::mainName() const {
  const auto longest = std::find_if(names.begin(), names.end(),
                                    [](const std::string& name) { return name.starts_with("--"); });
  return longest == names.end() ? names.front() : *longest;
}

std::string Parameter::inHelp() const {
  if (positional) {
    const std::string name = repeated ? names.front() + "..." : names.front();
    return required ? name : "[" + name + "]";
  }
  std::vector<std::string> sorted = names;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.size() < b.size(); });
  std::string text = core::join(sorted, ", ");
  // Long names line up below each other whether or not there is a short one.
  if (text.starts_with("--")) text = "    " + text;
  if (!words.empty()) return text + " " + core::join(words, "|");
  return value.empty() ? text : text + " " + value;
}

void Syntax::flag(const std::string& names, bool& to, const std::string& help) {
  Parameter parameter = named(names, "", help);
  parameter.set = [&to](const std::string&) { to = true; };
  parameters_.push_back(std::move(parameter));
}

void Syntax::count(const std::string& names, int& to, const std::string& help) {
  Parameter parameter = named(names, "", help);
  parameter.repeated = true;
  parameter.set = [&to](const std::string&) { ++to; };
  parameters_.push_back(std::move(parameter));
}

void Syntax::option(const std::string& names, const std::string& value, std::string& to,
                    const std::string& help) {
  Parameter parameter = named(names, value, help);
  parameter.set = [&to](const std::string& text) { to = text; };
  parameters_.push_back(std::move(parameter));
}

void Syntax::option(const std::string& names, const std::string& value,
                    std::optional<std::string>& to, const std::string& help) {
  Parameter parameter = named(names, value, help);
  parameter.set = [&to](const std::string& text) { to = text; };
  parameters_.push_back(std::move(parameter));
}

void Syntax::option(const std::string& names, const std::string& value,
                    std::vector<std::string>& to, const std::string& help) {
  Parameter parameter = named(names, value, help);
  parameter.repeated = true;
  parameter.set = [&to](const std::string& text) { to.push_back(text); };
  parameters_.push_back(std::move(parameter));
}

void Syntax::option(const std::string& names, const std::string& value, int& to,
                    const std::string& help) {
  Parameter parameter = named(names, value, help);
  parameter.set = [&to, name = parameter.mainName()](const std::string& text) {
    const auto number = parseNumber(text);
    if (!number) badValue(name, text, "Give a whole number.");
    to = *number;
  };
  parameters_.push_back(std::move(parameter));
}

void Syntax::option(const std::string& names, const std::string& value,
                    std::optional<core::Duration>& to, const std::string& help) {
  Parameter parameter = named(names, value, help);
  parameter.set = [&to, name = parameter.mainName()](const std::string& text) {
    to = core::parseDuration(text);
    if (!to) badValue(name, text, "Give a duration with its unit: 90s, 15min, 2h, 3d.");
  };
  parameters_.push_back(std::move(parameter));
}

void Syntax::size(const std::string& names, const std::string& value, std::uint64_t& to,
                  const std::string& help) {
  Parameter parameter = named(names, value, help);
  parameter.set = [&to, name = parameter.mainName()](const std::string& text) {
    const auto bytes = parseSize(text);
    if (!bytes) badValue(name, text, "Give a size: 100MB, 2GiB, or a number of bytes.");
    to = *bytes;
  };
  parameters_.push_back(std::move(parameter));
}

void Syntax::choice(const std::string& names, const std::vector<std::string>& words,
                    std::string& to, const std::string& help) {
  Parameter parameter = named(names, core::join(words, "|"), help);
  parameter.words = words;
  parameter.set = [&to, words, name = parameter.mainName()](const std::string& text) {
    if (std::find(words.begin(), words.end(), text) == words.end()) {
      badValue(name, text, fmt::format("Give one of: {}.", core::join(words, ", ")));
    }
    to = text;
  };
  parameters_.push_back(std::move(parameter));
}

void Syntax::positional(const std::string& name, std::string& to, const std::string& help) {
  Parameter parameter = placed(name, help);
  parameter.required = true;
  parameter.set = [&to](const std::string& text) { to = text; };
  parameters_.push_back(std::move(parameter));
}

void Syntax::positional(const std::string& name, std::optional<std::string>& to,
                        const std::string& help) {
  Parameter parameter = placed(name, help);
  parameter.set = [&to](const std::string& text) { to = text; };
  parameters_.push_back(std::move(parameter));
}

void Syntax::positional(const std::string& name, std::vector<std::string>& to,
                        const std::string& help) {
  Parameter parameter = placed(name, help);
  parameter.repeated = true;
  parameter.set = [&to](const std::string& text) { to.push_back(text); };
  parameters_.push_back(std::move(parameter));
}

const Parameter* Syntax::find(const std::string& name) const {
  for (const Parameter& parameter : parameters_) {
    if (parameter.positional) continue;
    const auto& names = parameter.names;
    if (std::find(names.begin(), names.end(), name) != names.end()) return &parameter;
  }
  return nullptr;
}

}  // namespace commands
