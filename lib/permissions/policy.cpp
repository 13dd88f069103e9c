#include "lib/permissions/policy.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "lib/config/table_file.hpp"
#include "lib/core/error.hpp"

namespace permissions {
namespace {

constexpr std::array kRoles{"application", "worker", "scheduler", "web"};
constexpr std::array kConditions{"web-serves-media"};

std::optional<unsigned> parseMode(std::string_view text) {
  unsigned mode = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), mode, 8);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if (!whole || text.size() < 3 || mode > 07777) return std::nullopt;
  return mode;
}

std::optional<ModeRange> readModes(config::Table& table, const std::string& key) {
  const std::string text = table.text(key);
  if (text.empty()) return std::nullopt;
  std::optional<ModeRange> range = parseModeRange(text);
  if (!range) {
    table.complain(key, fmt::format("is \"{}\"; it must be an octal mode such as \"0640\", or the "
                                    "least and the most such as \"0600..0664\"",
                                    text));
  }
  return range;
}

std::vector<std::string> readPeople(config::Table& table, const std::string& key) {
  const std::vector<std::string> people = table.texts(key);
  for (const std::string& one : people) {
    const bool known =
        one.starts_with("user:") || std::find(kRoles.begin(), kRoles.end(), one) != kRoles.end();
    if (known) continue;
    table.complain(key, fmt::format("names \"{}\"; it must be one of {}, or user:NAME", one,
                                    fmt::join(kRoles, ", ")));
  }
  return people;
}

std::string readCondition(config::Table& table) {
  std::string when = table.text("when");
  const bool known = std::find(kConditions.begin(), kConditions.end(), when) != kConditions.end();
  if (!when.empty() && !known) {
    table.complain("when",
                   fmt::format("is \"{}\"; it must be {}", when, fmt::join(kConditions, " or ")));
  }
  return when;
}

Rule readRule(config::Table& table, const std::string& file) {
  Rule rule;
  table.require("path", "path = \"{media}/**\"");
  rule.path = table.text("path");
  if (!rule.path.empty() && rule.path.front() != '/' && rule.path.front() != '{') {
    table.complain("path", fmt::format("is \"{}\"; it must begin with / or with one of {{root}}, "
                                       "{{media}} and {{settings}}",
                                       rule.path));
  }
  rule.owner = table.text("owner");
  rule.group = table.text("group");
  rule.folders = readModes(table, "folders");
  rule.files = readModes(table, "files");
  rule.no_acl = table.word("acl", {"none", "any"}, "any") == "none";
  rule.readers = readPeople(table, "readers");
  rule.writers = readPeople(table, "writers");
  rule.kept_from = readPeople(table, "kept_from");
  rule.when = readCondition(table);
  rule.optional = table.flag("optional");
  rule.why = table.text("why");
  rule.place = fmt::format("{}:{}", file, table.line());
  const bool asks = !rule.owner.empty() || !rule.group.empty() || rule.folders || rule.files ||
                    rule.no_acl || !rule.readers.empty() || !rule.writers.empty() ||
                    !rule.kept_from.empty();
  if (!asks) table.complainHere("asks for nothing: give an owner, a mode or who must read it");
  table.finish();
  return rule;
}

}  // namespace

std::optional<ModeRange> parseModeRange(const std::string& text) {
  const auto dots = text.find("..");
  const std::optional<unsigned> least = parseMode(std::string_view(text).substr(0, dots));
  if (dots == std::string::npos)
    return least ? std::optional(ModeRange{*least, *least}) : std::nullopt;
  const std::optional<unsigned> most = parseMode(std::string_view(text).substr(dots + 2));
  if (!least || !most || (*least & ~*most) != 0) return std::nullopt;
  return ModeRange{*least, *most};
}

std::string inWords(const ModeRange& range) {
  if (range.least == range.most) return fmt::format("{:04o}", range.least);
  return fmt::format("{:04o} to {:04o}", range.least, range.most);
}

Policy parsePolicy(const std::string& text, const std::string& file) {
  config::TableFile document(text, file);
  config::Table top = document.top();
  Policy policy;
  policy.file = file;
  top.require("title", "title = \"What NetBox needs of its files\"");
  policy.title = top.text("title");
  for (config::Table& table : top.tables("rule")) policy.rules.push_back(readRule(table, file));
  if (policy.rules.empty()) top.complainHere("has no rule: it would allow everything");
  top.finish();
  document.raise();
  return policy;
}

Policy adHocPolicy(const AdHoc& wanted) {
  Rule rule;
  rule.path = wanted.path + (wanted.path.ends_with('/') ? "**" : "/**");
  rule.owner = wanted.user;
  rule.group = wanted.group;
  rule.folders = parseModeRange(wanted.folder_mode);
  rule.files = parseModeRange(wanted.file_mode);
  for (const auto& [option, text, range] :
       {std::tuple{"--dir-mode", wanted.folder_mode, rule.folders},
        std::tuple{"--file-mode", wanted.file_mode, rule.files}}) {
    if (range) continue;
    throw core::Error(core::Kind::usage, fmt::format("{} {} is no mode", option, text),
                      "Give an octal one, such as 2770 or 0660.");
  }
  if (!wanted.user.empty()) rule.writers = {"user:" + wanted.user};
  rule.place = "the options";
  return {"tree " + wanted.path, "the options", {rule}};
}

}  // namespace permissions
