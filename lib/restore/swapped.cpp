#include "lib/restore/swapped.hpp"

#include <fmt/format.h>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/restore/names.hpp"
#include "lib/restore/obstacle.hpp"

namespace restore {
namespace {

constexpr const char* kKind = "database.swapped";

bool differs(std::int64_t expected, std::int64_t found) {
  return expected != 0 && expected != found;
}

std::string systemIdentifier(ports::Sql& sql) {
  return sql.query("SELECT system_identifier::text AS id FROM pg_control_system()").text(0, "id");
}

}  // namespace

Swapped::Swapped(Environment environment, const core::Json& arguments)
    : environment_(environment),
      name_(arguments.at("name").get<std::string>()),
      incoming_(arguments.at("incoming").get<std::string>()),
      kept_(arguments.at("kept").get<std::string>()),
      incoming_oid_(arguments.at("incoming_oid").get<std::int64_t>()),
      live_oid_(arguments.at("live_oid").get<std::int64_t>()),
      system_(arguments.at("system").get<std::string>()),
      instead_(arguments.value("instead", std::string())) {}

std::string Swapped::title() const {
  if (alone())
    return fmt::format("{} takes the name {}, which no database bears", incoming_, name_);
  return fmt::format("{} takes the name {}, the database of now is kept as {}", incoming_, name_,
                     kept_);
}

step::Observation Swapped::observe(const core::Json* before) {
  const auto sql = environment_.admin();
  if (!system_.empty() && systemIdentifier(*sql) != system_) {
    return step::blocked(look(core::Outcome::fail, "the server is another one than planned for",
                              "Make the plan again on the server that is meant."));
  }
  const Names now{databaseOid(*sql, name_), databaseOid(*sql, incoming_),
                  alone() ? std::nullopt : databaseOid(*sql, kept_)};
  const std::int64_t wanted =
      before ? before->at("incoming_oid").get<std::int64_t>() : incoming_oid_;
  if (isSwapped(now, wanted)) {
    return step::observed(
        look(core::Outcome::pass, fmt::format("{} is the other copy (oid {})", name_, *now.live)));
  }
  if (!instead_.empty() && now.live && !now.incoming) {
    return step::observed(look(core::Outcome::skip, "after the database of now was dropped"));
  }
  if (!isUntouched(now)) {
    return step::blocked(look(core::Outcome::fail,
                              "the databases were changed by somebody else: " + inWords(now),
                              "Look at the list of databases (psql -l) before you go on."));
  }
  if (!now.incoming) {
    return incoming_oid_ == 0
               ? step::observed(look(core::Outcome::skip, "after the copy was proven"))
               : step::blocked(look(core::Outcome::fail,
                                    fmt::format("database {} is gone", incoming_),
                                    "It was dropped; a restore from a set is the way now."));
  }
  if (const auto obstacle = obstacleTo(*sql, now.live.value_or(0))) {
    return step::blocked(look(core::Outcome::fail,
                              fmt::format("in the way of renaming {}: {}", name_, obstacle->found),
                              obstacle->hint));
  }
  return step::observed(look(core::Outcome::fail, inWords(now)));
}

core::CheckResult Swapped::look(core::Outcome outcome, const std::string& found,
                                const std::string& hint) const {
  return check(kKind, "database " + name_, outcome, found, title(), hint);
}

bool Swapped::isSwapped(const Names& now, std::int64_t incoming_oid) const {
  if (!now.live || now.incoming || differs(incoming_oid, *now.live)) return false;
  if (alone()) return incoming_oid != 0;
  return now.kept && !differs(live_oid_, *now.kept);
}

bool Swapped::isUntouched(const Names& now) const {
  if (now.incoming && differs(incoming_oid_, *now.incoming)) return false;
  if (alone()) return !now.live;
  return now.live && !now.kept && !differs(live_oid_, *now.live);
}

std::string Swapped::inWords(const Names& now) const {
  const auto one = [](const std::string& name, const std::optional<std::int64_t>& oid) {
    return oid ? fmt::format("{} is oid {}", name, *oid) : name + " is absent";
  };
  std::string words = one(name_, now.live) + ", " + one(incoming_, now.incoming);
  if (!alone()) words += ", " + one(kept_, now.kept);
  return words;
}

core::Json Swapped::before() {
  const auto sql = environment_.admin();
  return {{"live_oid", databaseOid(*sql, name_).value_or(0)},
          {"incoming_oid", databaseOid(*sql, incoming_).value_or(0)}};
}

void Swapped::apply(const core::Json& before, core::Progress& progress) {
  const auto sql = environment_.admin();
  const auto begin = environment_.world.clock.steady();
  sql->transact([&](ports::Sql& session) {
    if (databaseOid(session, name_).value_or(0) != before.at("live_oid").get<std::int64_t>() ||
        databaseOid(session, incoming_) != before.at("incoming_oid").get<std::int64_t>()) {
      throw core::Error(
          core::Kind::refused,
          fmt::format("database {} or {} was replaced a moment ago", name_, incoming_),
          "Look at the list of databases (psql -l).");
    }
    const auto rename = [&](const std::string& from, const std::string& to) {
      session.execute(
          fmt::format("ALTER DATABASE {} RENAME TO {}", ports::sqlName(from), ports::sqlName(to)));
    };
    if (!alone()) rename(name_, kept_);
    rename(incoming_, name_);
    transaction_ = session.query("SELECT txid_current() AS n").number(0, "n");
  });
  milliseconds_ =
      std::chrono::duration<double, std::milli>(environment_.world.clock.steady() - begin).count();
  progress.say(fmt::format("swapped in {:.0f} ms{}", milliseconds_,
                           alone() ? "" : "; the database from before is " + kept_));
}

step::Compensation Swapped::compensation(const core::Json& before, step::Purpose purpose) {
  if (alone() && purpose == step::Purpose::undo) {
    return step::Compensation::never(
        instead_.empty() ? fmt::format("there was no database {} before it", name_) : instead_);
  }
  return step::Compensation::by(
      {kKind,
       {{"name", alone() ? incoming_ : name_},
        {"incoming", alone() ? name_ : kept_},
        {"kept", alone() ? "" : incoming_},
        {"incoming_oid", before.at(alone() ? "incoming_oid" : "live_oid")},
        {"live_oid", alone() ? core::Json(-1) : before.at("incoming_oid")},
        {"system", system_}}});
}

core::Json Swapped::results() const {
  if (milliseconds_ < 0) return core::Json::object();
  return {{"swap_ms", milliseconds_}, {"swap_transaction", transaction_}, {"kept_database", kept_}};
}

std::vector<std::string> Swapped::manual() const {
  if (alone()) {
    return {psqlLine(environment_, "postgres",
                     fmt::format("ALTER DATABASE {} RENAME TO {}", ports::sqlName(incoming_),
                                 ports::sqlName(name_)))};
  }
  return {psqlLine(environment_, "postgres",
                   fmt::format("BEGIN; ALTER DATABASE {} RENAME TO {}; ALTER DATABASE {} RENAME "
                               "TO {}; COMMIT",
                               ports::sqlName(name_), ports::sqlName(kept_),
                               ports::sqlName(incoming_), ports::sqlName(name_)))};
}

}  // namespace restore
