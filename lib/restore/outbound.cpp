#include "lib/restore/outbound.hpp"

#include <fmt/format.h>

#include <array>
#include <map>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/restore/names.hpp"

namespace restore {
namespace {

constexpr const char* kKind = "outbound.off";

enum class Form { flag, status, address };

struct Known {
  const char* table;
  const char* column;
  Form form;
  const char* words;
};

/// From the models of NetBox 3.2 to 4.5 (extras, core) and Nautobot 1.5 to 3.0 (extras), and
/// django-celery-beat. Since NetBox 3.7 a webhook is on by its event rules alone.
constexpr std::array<Known, 9> kKnown{{
    {"extras_webhook", "enabled", Form::flag, "webhooks"},
    {"extras_eventrule", "enabled", Form::flag, "event rules"},
    {"extras_jobhook", "enabled", Form::flag, "job hooks"},
    {"core_datasource", "enabled", Form::flag, "data sources"},
    {"extras_scheduledjob", "enabled", Form::flag, "scheduled jobs"},
    {"django_celery_beat_periodictask", "enabled", Form::flag, "periodic tasks"},
    {"core_job", "status", Form::status, "scheduled jobs"},
    {"extras_jobresult", "status", Form::status, "scheduled jobs"},
    {"extras_gitrepository", "remote_url", Form::address, "Git repositories"},
}};

Outbound outboundOf(const Known& known) {
  const std::string column = ports::sqlName(known.column);
  Outbound outbound{known.table, known.words, {}, {}, false, 0, {}};
  switch (known.form) {
    case Form::flag:
      outbound.active = column;
      outbound.off = column + " = false";
      break;
    case Form::status:
      outbound.active = column + " = 'scheduled'";
      outbound.off = column + " = 'failed'";
      break;
    case Form::address:  // there is no switch: an address that no transport of Git serves
      outbound.active = fmt::format("{0} <> '' AND {0} NOT LIKE 'off+%'", column);
      outbound.off = fmt::format("{0} = left('off+' || {0}, 255)", column);
      break;
  }
  return outbound;
}

bool has(ports::Sql& session, const Known& known) {
  const char* types = known.form == Form::flag ? "'bool'" : "'varchar', 'text'";
  return !session
              .query(fmt::format("SELECT 1 AS one FROM pg_class c JOIN pg_namespace n ON "
                                 "n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid "
                                 "JOIN pg_type t ON t.oid = a.atttypid WHERE n.nspname = 'public' "
                                 "AND c.relkind IN ('r', 'p') AND c.relname = $1 AND a.attname = "
                                 "$2 AND t.typname IN ({}) AND NOT a.attisdropped",
                                 types),
                     {known.table, known.column})
              .empty();
}

bool hasNames(ports::Sql& session, const std::string& table) {
  return !session
              .query(
                  "SELECT 1 AS one FROM pg_attribute WHERE attrelid = "
                  "to_regclass('public.' || quote_ident($1)) AND attname = 'name' "
                  "AND NOT attisdropped",
                  {table})
              .empty();
}

std::string qualified(const std::string& table) { return "public." + ports::sqlName(table); }

/// Of a table's rows, in no order: to tell whether anybody touched them since.
std::string digestOf(ports::Sql& session, const std::string& table) {
  return session
      .query(fmt::format("SELECT md5(coalesce(string_agg(md5(t::text), '' ORDER BY md5(t::text)), "
                         "'')) AS digest FROM {} t",
                         qualified(table)))
      .text(0, "digest");
}

std::string inWords(const Outbound& outbound) {
  std::string words = fmt::format("{} {}", core::formatCount(outbound.count), outbound.words);
  if (outbound.names.empty()) return words;
  words += fmt::format(" ({}", core::join(outbound.names, ", "));
  const auto shown = static_cast<std::int64_t>(outbound.names.size());
  return words + (outbound.count > shown ? ", …)" : ")");
}

std::vector<Outbound> activeIn(ports::Sql& session) {
  std::vector<Outbound> active;
  for (Outbound& each : findOutbound(session)) {
    if (each.count > 0) active.push_back(std::move(each));
  }
  return active;
}

Restored copyOf(ports::Sql& sql, const std::string& run) {
  const std::optional<Restored> copy = findRestored(sql, run);
  if (copy) return *copy;
  throw core::Error(core::Kind::not_found, fmt::format("the copy of run {} is gone", run),
                    fmt::format("`sotctl run abort {}`, then restore again.", run));
}

/// "set=ID extras_webhook=DIGEST …", of database setting sotctl.outbound_off.
std::map<std::string, std::string> markOf(ports::Sql& sql, const std::string& database) {
  const ports::SqlRows found = sql.query(
      "SELECT substr(s.setting, strpos(s.setting, '=') + 1) AS mark FROM pg_db_role_setting r "
      "JOIN pg_database d ON d.oid = r.setdatabase CROSS JOIN LATERAL unnest(r.setconfig) AS "
      "s(setting) WHERE r.setrole = 0 AND d.datname = $1 "
      "AND s.setting LIKE 'sotctl.outbound_off=%'",
      {database});
  std::map<std::string, std::string> mark;
  if (found.empty()) return mark;
  for (const std::string& word : core::split(found.text(0, "mark"), ' ')) {
    const auto at = word.find('=');
    if (at != std::string::npos) mark[word.substr(0, at)] = word.substr(at + 1);
  }
  return mark;
}

}  // namespace

std::vector<Outbound> findOutbound(ports::Sql& session) {
  std::vector<Outbound> found;
  for (const Known& known : kKnown) {
    if (!has(session, known)) continue;
    Outbound outbound = outboundOf(known);
    outbound.named = hasNames(session, outbound.table);
    const ports::SqlRows rows = session.query(fmt::format(
        "SELECT {} AS name, count(*) OVER () AS active FROM {} WHERE {} ORDER BY 1 "
        "LIMIT 5",
        outbound.named ? "name::text" : "''", qualified(outbound.table), outbound.active));
    if (!rows.empty()) outbound.count = rows.number(0, "active");
    for (std::size_t i = 0; outbound.named && i < rows.size(); ++i) {
      outbound.names.push_back(core::printable(rows.text(i, "name")));
    }
    found.push_back(std::move(outbound));
  }
  return found;
}

OutboundOff::OutboundOff(Environment environment, const core::Json& arguments)
    : environment_(environment), run_(arguments.at("run").get<std::string>()) {}

std::string OutboundOff::title() const {
  return "nothing in the copy makes the application reach out by itself (--keep-outbound leaves "
         "it)";
}

step::Observation OutboundOff::observe(const core::Json*) {
  const auto look = [&](core::Outcome outcome, const std::string& found) {
    return step::observed(check(kKind, "outbound actions", outcome, found, title()));
  };
  const auto sql = environment_.admin();
  const std::optional<Restored> copy = findRestored(*sql, run_);
  if (!copy || !copy->reached("proven")) return look(core::Outcome::skip, "after it was proven");
  if (copy->name == environment_.instance.database.name) {
    return look(core::Outcome::pass, "switched off before the swap");
  }
  const auto session =
      database::Database(environment_.world, environment_.instance).admin(copy->name);
  std::vector<std::string> on;
  for (const Outbound& each : activeIn(*session)) on.push_back(inWords(each));
  return on.empty() ? look(core::Outcome::pass, "none is on")
                    : look(core::Outcome::fail, "on: " + core::join(on, ", "));
}

void OutboundOff::apply(const core::Json&, core::Progress& progress) {
  const auto sql = environment_.admin();
  const Restored copy = copyOf(*sql, run_);
  const auto session =
      database::Database(environment_.world, environment_.instance).admin(copy.name);
  std::string mark = "set=" + copy.set;
  core::Json switched = core::Json::array();
  session->transact([&](ports::Sql& within) {
    for (const Outbound& each : activeIn(within)) {
      within.execute(
          fmt::format("UPDATE {} SET {} WHERE {}", qualified(each.table), each.off, each.active));
      mark += fmt::format(" {}={}", each.table, digestOf(within, each.table));
      switched.push_back({{"table", each.table}, {"what", each.words}, {"count", each.count}});
      progress.say("switched off: " + inWords(each));
    }
    // In the same transaction: what is changed is marked, whatever happens.
    within.execute(fmt::format("ALTER DATABASE {} SET sotctl.outbound_off = {}",
                               ports::sqlName(copy.name), ports::sqlText(mark)));
  });
  results_ = {{"switched_off", std::move(switched)}};
}

/// The change is in the copy alone, and goes or stays with it.
step::Compensation OutboundOff::compensation(const core::Json&, step::Purpose) {
  return step::Compensation::none();
}

core::Json OutboundOff::results() const { return results_; }

std::vector<std::string> OutboundOff::manual() const {
  std::vector<std::string> lines{"# in the copy, for each of these tables that it has:"};
  for (const Known& known : kKnown) {
    const Outbound outbound = outboundOf(known);
    lines.push_back(fmt::format("#   UPDATE {} SET {} WHERE {};", outbound.table, outbound.off,
                                outbound.active));
  }
  return lines;
}

std::vector<std::string> withoutOutbound(const Environment& environment, const std::string& set,
                                         database::Comparison& comparison) {
  const std::string& live = environment.instance.database.name;
  const std::map<std::string, std::string> mark = markOf(*environment.admin(), live);
  const auto from = mark.find("set");
  std::vector<std::string> tables;
  if (from == mark.end() || from->second != set) return tables;
  const auto session = database::Database(environment.world, environment.instance).admin(live);
  std::erase_if(comparison.differences, [&](const database::Difference& each) {
    for (const auto& [table, digest] : mark) {
      if (table == "set" || each.aspect != database::Aspect::content) continue;
      if (each.object != "table public." + table || digestOf(*session, table) != digest) continue;
      tables.push_back(table);
      return true;
    }
    return false;
  });
  return tables;
}

}  // namespace restore
