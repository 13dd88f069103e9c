#include "lib/validation/release_trees.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "lib/application/installation.hpp"
#include "lib/application/python/lexer.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/migrations/packages.hpp"

namespace validation {
namespace {

std::string textOf(ports::Files& files, const std::string& file) {
  return files.resolve(file) ? files.read(file) : std::string();
}

/// The commands of upgrade.sh in order: COMMAND="…" lines, and those that are run without one.
std::vector<std::string> stepsOf(const std::string& script) {
  std::vector<std::string> steps;
  for (const std::string& raw : core::split(script, '\n')) {
    const std::string line(core::trim(raw));
    if (!line.starts_with("COMMAND=\"")) continue;
    std::string command = line.substr(9);
    if (command.ends_with('"')) command.pop_back();
    steps.push_back(core::printable(command));
  }
  return steps;
}

/// Names that the settings must have: the list of NetBox's settings.py that stops with "Required
/// parameter … is missing", and the first part of configuration_example.py.
std::set<std::string> requiredOf(ports::Files& files, const std::string& root) {
  using Token = application::python::Token;
  std::set<std::string> names;
  const std::string example = textOf(files, root + "/netbox/netbox/configuration_example.py");
  // Behind this heading everything has a default.
  const std::string front = example.substr(0, example.find("Optional settings"));
  const auto complete = front.rfind('\n');
  for (const std::string& line : core::split(front.substr(0, complete), '\n')) {
    const auto equals = line.find(" =");
    if (equals == std::string::npos || line.empty() || line[0] < 'A' || line[0] > 'Z') continue;
    names.insert(line.substr(0, equals));
  }
  const std::string settings = textOf(files, root + "/netbox/netbox/settings.py");
  std::vector<Token> tokens;
  try {
    tokens = application::python::tokenize(settings);
  } catch (const core::Error& error) {
    if (error.kind() != core::Kind::corrupt) throw;
  }
  for (std::size_t i = 0; i + 3 < tokens.size(); ++i) {
    if (!tokens[i].isName("for") || !tokens[i + 1].isName("parameter") ||
        !tokens[i + 2].isName("in")) {
      continue;
    }
    for (std::size_t at = i + 3; at < tokens.size() && !tokens[at].is(":"); ++at) {
      if (tokens[at].kind == Token::Kind::text) names.insert(tokens[at].text);
    }
  }
  return names;
}

std::map<std::string, std::string> packagesOf(ports::Files& files, const std::string& root) {
  std::map<std::string, std::string> packages;
  for (const auto& one : migrations::readRequirements(textOf(files, root + "/requirements.txt"))) {
    packages[one.name] = one.version;
  }
  return packages;
}

std::string nameOf(ports::Files& files, config::Product product, const std::string& root) {
  if (!files.resolve(root + "/upgrade.sh") && !files.resolve(root + "/requirements.txt")) {
    throw core::Error(core::Kind::not_found, fmt::format("{} is no unpacked release", root),
                      "Name the folder that has upgrade.sh and requirements.txt.");
  }
  application::Installation installation;
  installation.product = product;
  installation.root = root;
  const auto version = application::installedVersion(files, installation);
  return version.value.value_or(root);
}

}  // namespace

TreeDifferences compareTrees(ports::Files& files, config::Product product, const std::string& from,
                             const std::string& to) {
  TreeDifferences all;
  all.from = nameOf(files, product, from);
  all.to = nameOf(files, product, to);
  const auto before = stepsOf(textOf(files, from + "/upgrade.sh"));
  const auto after = stepsOf(textOf(files, to + "/upgrade.sh"));
  for (const auto& step : before) {
    if (std::find(after.begin(), after.end(), step) == after.end())
      all.steps.push_back("- " + step);
  }
  for (const auto& step : after) {
    if (std::find(before.begin(), before.end(), step) == before.end())
      all.steps.push_back("+ " + step);
  }
  const auto old = packagesOf(files, from);
  const auto young = packagesOf(files, to);
  for (const auto& [name, version] : old) {
    const auto found = young.find(name);
    if (found == young.end()) {
      all.packages.push_back(name + " is gone");
    } else if (found->second != version) {
      all.packages.push_back(fmt::format("{} {}, then {}", name, version, found->second));
    }
  }
  for (const auto& [name, version] : young) {
    if (!old.contains(name)) all.packages.push_back(fmt::format("{} {} is new", name, version));
  }
  const auto needed = requiredOf(files, from);
  const auto needs = requiredOf(files, to);
  for (const auto& name : needs) {
    if (!needed.contains(name)) all.settings.push_back(name + " is required now");
  }
  for (const auto& name : needed) {
    if (!needs.contains(name)) all.settings.push_back(name + " is required no more");
  }
  return all;
}

std::string markdown(const TreeDifferences& differences) {
  std::string text;
  const auto section = [&](const char* head, const std::vector<std::string>& lines) {
    text += fmt::format("\n## {}\n\n", head);
    if (lines.empty()) text += "The same in both.\n";
    for (const auto& line : lines) text += fmt::format("- `{}`\n", line);
  };
  section("Steps of upgrade.sh", differences.steps);
  section("Packages", differences.packages);
  section("Required settings", differences.settings);
  return text;
}

}  // namespace validation
