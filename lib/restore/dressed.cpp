#include "lib/restore/dressed.hpp"

#include <fmt/format.h>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/restore/names.hpp"

namespace restore {
namespace {

constexpr const char* kKind = "database.dressed";

}  // namespace

Dressed::Dressed(Environment environment, const core::Json& arguments)
    : environment_(environment),
      from_(arguments.at("from").get<std::string>()),
      run_(arguments.at("run").get<std::string>()),
      file_(arguments.value("file", std::string())) {}

/// Nothing, if there is nothing to take them from.
std::optional<Attributes> Dressed::wanted(ports::Sql& sql) const {
  if (!file_.empty()) {
    return attributesFromJson(core::Json::parse(environment_.world.files.read(file_)));
  }
  if (!databaseOid(sql, from_)) return std::nullopt;
  return readAttributes(sql, from_);
}

std::string Dressed::title() const {
  return fmt::format("the copy has the settings, rights and limits of database {}", from_);
}

step::Observation Dressed::observe(const core::Json*) {
  const auto sql = environment_.admin();
  const auto look = [&](core::Outcome outcome, const std::string& found) {
    return step::observed(check(kKind, "settings of database " + from_, outcome, found, title()));
  };
  const std::optional<Restored> copy = findRestored(*sql, run_);
  if (!copy) return look(core::Outcome::skip, "after the copy was loaded");
  if (copy->name == from_) {
    return look(core::Outcome::pass, "carried over before the swap");
  }
  const std::optional<Attributes> from = wanted(*sql);
  if (!from) {
    return look(core::Outcome::pass, fmt::format("there is no database {} to take from", from_));
  }
  const std::vector<std::string> differ = differences(readAttributes(*sql, copy->name), *from);
  return differ.empty() ? look(core::Outcome::pass, "the same")
                        : look(core::Outcome::fail, "differ: " + core::join(differ, ", "));
}

void Dressed::apply(const core::Json&, core::Progress&) {
  const auto sql = environment_.admin();
  const std::optional<Restored> copy = findRestored(*sql, run_);
  if (!copy) throw core::Error(core::Kind::not_found, "the copy of run " + run_ + " is gone");
  const Attributes from = wanted(*sql).value();
  // A session of its own: settings that are carried over hold for it as well.
  const auto writer = environment_.admin();
  writeAttributes(*writer, copy->name, readAttributes(*sql, copy->name), from);
}

step::Compensation Dressed::compensation(const core::Json&, step::Purpose) {
  return step::Compensation::none();  // goes with the copy
}

std::vector<std::string> Dressed::manual() const {
  return {
      fmt::format("# settings of {}: SELECT * FROM pg_db_role_setting; \\drds; \\l+ in psql; "
                  "repeat them for the copy",
                  from_)};
}

}  // namespace restore
