#include "lib/checks/sheet.hpp"

#include "lib/checks/report.hpp"

namespace checks {

std::vector<core::CheckResult> Sheet::results() const {
  std::vector<core::CheckResult> all;
  for (const Finished& line : lines) all.push_back(line.result);
  return all;
}

std::size_t Sheet::ignored() const {
  std::size_t count = 0;
  for (const Finished& line : lines) count += line.ignored.size();
  return count;
}

Sheet sheetOf(std::string title, std::string name, std::string instance,
              const std::vector<core::CheckResult>& results) {
  Sheet sheet;
  sheet.title = std::move(title);
  sheet.name = std::move(name);
  sheet.instance = std::move(instance);
  for (const core::CheckResult& result : results) {
    Finished line;
    line.item.id = result.id;
    line.result = result;
    sheet.lines.push_back(std::move(line));
  }
  return sheet;
}

std::map<std::string, std::string> forms(const Sheet& sheet) {
  return {{"junit", junit(sheet)},
          {"tap", tap(sheet)},
          {"nagios", nagios(sheet)},
          {"prometheus", prometheus(sheet)},
          {"markdown", markdown(sheet)}};
}

core::Json toJson(const Finished& finished) {
  core::Json json = toJson(static_cast<const core::CheckResult&>(finished.result));
  const Item& item = finished.item;
  if (item.type == Item::Type::manual) json["manual"] = true;
  if (!item.kind.empty()) json["kind"] = item.kind;
  if (!item.owner.empty()) json["owner"] = item.owner;
  if (!item.tags.empty()) json["tags"] = item.tags;
  json["at"] = core::formatUtc(finished.at);
  json["took_ms"] = finished.took.count() / 1000;
  if (finished.tries > 1) json["tries"] = finished.tries;
  if (!finished.ignored.empty()) json["ignored"] = finished.ignored;
  for (const Measure& measure : finished.result.measures) {
    json["measures"][measure.name] = {{"value", measure.value}, {"unit", measure.unit},
                                      {"warn", measure.warn},   {"fail", measure.fail},
                                      {"least", measure.least}, {"most", measure.most}};
  }
  return json;
}

core::Json toJson(const Sheet& sheet) {
  core::Json checks = core::Json::array();
  for (const Finished& line : sheet.lines) checks.push_back(toJson(line));
  core::Json json{{"checklist", sheet.name},         {"title", sheet.title},
                  {"instance", sheet.instance},      {"host", sheet.host},
                  {"at", core::formatUtc(sheet.at)}, {"took_ms", sheet.took.count() / 1000}};
  if (!sheet.run.empty()) json["run"] = sheet.run;
  json["outcome"] = core::outcomeName(worst(sheet.results()));
  json["summary"] = summary(sheet.results());
  json["ignored"] = sheet.ignored();
  json["checks"] = std::move(checks);
  return json;
}

Finished finishedFromJson(const core::Json& json) {
  Finished finished;
  finished.result = fromJson(json);
  finished.item.id = finished.result.id;
  finished.item.type = json.value("manual", false) ? Item::Type::manual : Item::Type::check;
  finished.item.kind = json.value("kind", "");
  finished.item.owner = json.value("owner", "");
  finished.at = core::parseUtc(json.value("at", "")).value_or(core::Time{});
  finished.took = std::chrono::milliseconds(json.value("took_ms", 0));
  finished.tries = json.value("tries", 1);
  if (json.contains("ignored"))
    finished.ignored = json.at("ignored").get<std::vector<std::string>>();
  const core::Json measures = json.value("measures", core::Json::object());
  for (const auto& [name, one] : measures.items()) {
    finished.result.measures.push_back({name, one.at("value").get<double>(), one.value("unit", ""),
                                        one.value("warn", ""), one.value("fail", ""),
                                        one.value("least", ""), one.value("most", "")});
  }
  return finished;
}

Sheet sheetFromJson(const core::Json& json) {
  Sheet sheet;
  sheet.title = json.at("title").get<std::string>();
  sheet.name = json.at("checklist").get<std::string>();
  sheet.instance = json.at("instance").get<std::string>();
  sheet.host = json.at("host").get<std::string>();
  sheet.run = json.value("run", "");
  sheet.at = core::parseUtc(json.at("at").get<std::string>()).value_or(core::Time{});
  sheet.took = std::chrono::milliseconds(json.at("took_ms").get<std::int64_t>());
  for (const core::Json& line : json.at("checks")) sheet.lines.push_back(finishedFromJson(line));
  return sheet;
}

}  // namespace checks
