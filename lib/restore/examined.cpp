#include "lib/restore/examined.hpp"

#include <fmt/format.h>

#include "lib/checks/report.hpp"
#include "lib/core/error.hpp"
#include "lib/restore/names.hpp"
#include "lib/restore/sound.hpp"

namespace restore {
namespace {

constexpr const char* kKind = "restore.examined";

std::optional<backup::Manifest> manifestOf(const Environment& environment, const std::string& set) {
  if (set.empty()) return std::nullopt;
  try {
    return backup::Store(environment.world, environment.instance).find(set).manifest;
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    return std::nullopt;  // pruned meanwhile: there is nothing to compare with
  }
}

}  // namespace

Examined::Examined(Environment environment, const core::Json& arguments)
    : environment_(environment),
      oid_(arguments.at("oid").get<std::int64_t>()),
      run_(arguments.at("run").get<std::string>()),
      set_(arguments.at("set").get<std::string>()) {}

std::string Examined::title() const {
  return fmt::format("database {} was examined: sequences, extensions, owners, collations",
                     environment_.instance.database.name);
}

step::Observation Examined::observe(const core::Json*) {
  const auto look = [&](core::Outcome outcome, const std::string& found) {
    return step::observed(
        check(kKind, "database " + environment_.instance.database.name, outcome, found, title()));
  };
  if (!found_.empty()) return look(core::Outcome::pass, checks::summary(found_));
  const auto sql = environment_.admin();
  const auto live = databaseOid(*sql, environment_.instance.database.name);
  const std::optional<Restored> copy = oid_ == 0 ? findRestored(*sql, run_) : std::nullopt;
  const std::int64_t wanted = copy ? copy->oid : oid_;
  if (!live || wanted == 0 || *live != wanted) return look(core::Outcome::skip, "after the swap");
  return look(core::Outcome::fail, "not yet");
}

void Examined::apply(const core::Json&, core::Progress&) {
  try {
    found_ = checkSound(environment_, manifestOf(environment_, set_));
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    found_ = {check(kKind, "database " + environment_.instance.database.name,
                    core::Outcome::unknown, error.what(), {}, error.hint())};
  }
}

step::Compensation Examined::compensation(const core::Json&, step::Purpose) {
  return step::Compensation::none();
}

core::Json Examined::results() const { return {{"checks_database", checks::toJson(found_)}}; }

std::vector<std::string> Examined::manual() const { return {}; }

std::vector<core::CheckResult> aftermath(const step::Run& run) {
  std::vector<core::CheckResult> all;
  for (const char* key : {"checks_jobs", "checks_log", "checks_database"}) {
    for (const core::Json& each : run.results.value(key, core::Json::array())) {
      all.push_back(checks::fromJson(each));
    }
  }
  return all;
}

}  // namespace restore
