#include <fmt/format.h>

#include <algorithm>

#include "lib/config/table_file.hpp"
#include "lib/core/text.hpp"
#include "lib/runbook/runbook.hpp"

namespace runbook {
namespace {

using checks::Item;

core::Duration readDuration(config::Table& table, const std::string& key,
                            core::Duration otherwise) {
  const std::string text = table.text(key);
  if (text.empty()) return otherwise;
  if (const auto duration = core::parseDuration(text)) return *duration;
  table.complain(key, fmt::format("is \"{}\"; it must be a duration such as \"30s\" or \"15min\"",
                                  core::printable(text)));
  return otherwise;
}

bool validId(const std::string& id) {
  return !id.empty() && id.find_first_not_of(
                            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") ==
                            std::string::npos;
}

std::string readId(config::Table& table) {
  table.require("id", "id = \"web.login\"");
  std::string id = table.text("id");
  if (!id.empty() && !validId(id)) {
    table.complain("id", "may have letters, digits, \".\", \"-\" and \"_\" alone");
  }
  return id;
}

checks::Ignored readIgnored(config::Table table) {
  checks::Ignored ignored;
  table.require("text", "text = \"queue low has 12 jobs\"");
  table.require("reason", "reason = \"known, ticket 4711\"");
  ignored.text = table.text("text");
  ignored.reason = table.text("reason");
  if (ignored.text.empty()) table.complain("text", "is empty: it would ignore everything");
  const std::string until = table.text("until");
  if (!until.empty()) {
    ignored.until = core::parseUtc(until + "T23:59:59Z");
    if (!ignored.until) table.complain("until", "must be a day: \"2027-01-31\"");
  }
  table.finish();
  return ignored;
}

/// Keys that both sorts of items have.
void readCommon(config::Table& table, const std::string& file, Item& item) {
  item.place = fmt::format("{}:{}", file, table.line());
  item.id = readId(table);
  item.title = table.text("title");
  item.needs = table.texts("needs");
  item.tags = table.texts("tags");
  item.owner = table.text("owner");
  item.only_if = table.text("only_if");
  item.unless = table.text("unless");
  if (!item.only_if.empty() && item.only_if.find("${") == std::string::npos) {
    table.complain("only_if", "names no variable: \"${certificate}\"");
  }
  if (!item.unless.empty() && item.unless.find("${") == std::string::npos) {
    table.complain("unless", "names no variable: \"${certificate}\"");
  }
}

Item readCheck(config::Table& table, const std::string& file) {
  Item item;
  readCommon(table, file, item);
  table.require("kind", "kind = \"http\"");
  item.kind = table.text("kind");
  item.arguments = table.data("with");
  item.only_on = table.text("only_on");
  item.tries = table.number("tries", 1, 1, 100);
  item.pause = readDuration(table, "pause", item.pause);
  item.limit = readDuration(table, "limit", item.limit);
  item.grace = readDuration(table, "grace", item.grace);
  item.only_warns = table.word("severity", {"fail", "warn"}, "fail") == "warn";
  for (config::Table& one : table.tables("ignore")) item.ignored.push_back(readIgnored(one));
  table.finish();
  return item;
}

Item readManual(config::Table& table, const std::string& file) {
  Item item;
  item.type = Item::Type::manual;
  readCommon(table, file, item);
  table.require("title", "title = \"Announce the release\"");
  item.required = table.flag("required");
  table.finish();
  return item;
}

Parameter readParameter(const std::string& name, config::Table& table) {
  Parameter parameter;
  parameter.name = name;
  parameter.help = table.text("help");
  if (table.has("value")) parameter.value = table.text("value");
  parameter.required = table.flag("required");
  table.finish();
  return parameter;
}

}  // namespace

Runbook parse(const std::string& text, const std::string& file, const std::string& name) {
  config::TableFile document(text, file);
  config::Table top = document.top();
  Runbook runbook;
  runbook.name = name;
  runbook.file = file;
  top.require("title", "title = \"After an upgrade\"");
  runbook.title = top.text("title");
  runbook.description = top.text("description");
  runbook.owner = top.text("owner");
  runbook.record = !top.has("record") || top.flag("record");
  runbook.include = top.texts("include");
  if (auto parameters = top.table("parameter")) {
    for (const std::string& key : parameters->keys()) {
      if (auto one = parameters->table(key)) {
        runbook.parameters.push_back(readParameter(key, *one));
      }
    }
    parameters->finish();
  }
  std::vector<std::pair<std::uint32_t, Item>> found;
  for (config::Table& one : top.tables("check")) {
    found.emplace_back(one.line(), readCheck(one, file));
  }
  for (config::Table& one : top.tables("manual")) {
    found.emplace_back(one.line(), readManual(one, file));
  }
  if (top.has("step"))
    top.complain("step", "is not known yet: a runbook has checks and manual items");
  top.finish();
  document.raise();
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (auto& [line, item] : found) {
    if (item.owner.empty()) item.owner = runbook.owner;
    runbook.items.push_back(std::move(item));
  }
  return runbook;
}

}  // namespace runbook
