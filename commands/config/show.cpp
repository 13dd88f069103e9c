#include <fmt/format.h>

#include "commands/config/config.hpp"
#include "commands/in_force.hpp"
#include "lib/checks/report.hpp"
#include "lib/core/text.hpp"

namespace commands {
namespace {

struct ShowOptions {
  bool origin = false;
};

void bindShow(Arguments& arguments, ShowOptions& options) {
  arguments.flag("--origin", options.origin, "say where each value comes from");
}

std::string originOf(const InForce& found, const std::string& instance, const std::string& key) {
  const auto at = found.config.origins.find("instance." + instance + "." + key);
  return at == found.config.origins.end() ? "default" : at->second;
}

std::string shown(const core::Json& value) {
  return value.is_string() ? core::printable(value.get<std::string>()) : config::tomlValue(value);
}

std::string textOf(const InForce& found, bool origin, bool color) {
  std::string text = found.source() + "\n";
  for (const auto& remark : found.config.remarks) text += remark + "\n";
  for (const auto& instance : found.config.instances) {
    text += "\n" + out::paint(out::Paint::strong, instance.name, color) + "\n";
    out::Table table(origin ? std::vector<std::string>{"", "", ""}
                            : std::vector<std::string>{"", ""});
    for (const auto& entry : config::entries(instance)) {
      std::vector<std::string> row{entry.key, shown(entry.value)};
      if (origin) row.push_back(originOf(found, instance.name, entry.key));
      table.add(row);
    }
    text += table.text();
  }
  if (!found.gaps.empty()) {
    text += "\ncould not be determined:\n" + checks::text(found.gaps, color);
  }
  return text;
}

core::Json documentOf(const InForce& found) {
  core::Json document{
      {"file", found.discovered ? core::Json(nullptr) : core::Json(found.config.file)},
      {"discovered", found.discovered},
      {"remarks", found.config.remarks},
      {"instances", core::Json::array()},
      {"gaps", checks::toJson(found.gaps)}};
  for (const auto& instance : found.config.instances) {
    core::Json values = core::Json::array();
    for (const auto& entry : config::entries(instance)) {
      values.push_back({{"key", entry.key},
                        {"value", entry.value},
                        {"origin", originOf(found, instance.name, entry.key)}});
    }
    document["instances"].push_back({{"name", instance.name}, {"values", values}});
  }
  return document;
}

int runShow(Context& context, const ShowOptions& options) {
  const InForce found = inForce(context);
  context.out().result(documentOf(found),
                       textOf(found, options.origin, context.out().settings().color));
  return 0;
}

}  // namespace

Verb configShow() {
  Verb verb;
  verb.name = "show";
  verb.summary = "show every value in force, and where it comes from";
  verb.description =
      "From the configuration file if there is one, else by looking at this host. Passwords are "
      "shown as what refers to them.";
  verb.examples = {"sotctl config show --origin", "sotctl -c lab.toml config show -o json"};
  verb.exits = {{3, "the configuration has mistakes; each is named with its line"},
                {4, "nothing is configured or found, or no instance of that name"},
                {5, "somebody else could have written the configuration"}};
  return makeVerb<ShowOptions>(verb, bindShow, runShow);
}

}  // namespace commands
