#include "lib/restore/changes.hpp"

#include <fmt/format.h>

#include "lib/core/json.hpp"
#include "lib/core/text.hpp"

namespace restore {
namespace {

constexpr const char* kWhen =
    "to_char(\"time\" AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')";

/// Schema-qualified and quoted; empty if there is none of the known shape.
std::string changeLog(ports::Sql& session) {
  const ports::SqlRows found = session.query(
      "SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
      "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'time' "
      "AND a.atttypid = 'timestamptz'::regtype "
      "WHERE n.nspname = 'public' AND c.relkind = 'r' "
      "AND c.relname IN ('core_objectchange', 'extras_objectchange') ORDER BY c.relname LIMIT 1");
  return found.empty() ? std::string() : "public." + ports::sqlName(found.text(0, "name"));
}

std::vector<Change> read(const ports::SqlRows& rows) {
  std::vector<Change> changes;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    changes.push_back({core::parseUtc(rows.text(i, "moment")).value_or(core::Time{}),
                       rows.text(i, "person"), rows.text(i, "action"), rows.text(i, "object")});
  }
  return changes;
}

std::string selection(const std::string& table) {
  return fmt::format(
      "SELECT {} AS moment, user_name AS person, action, object_repr AS object "
      "FROM {} ",
      kWhen, table);
}

}  // namespace

Changes changesBetween(ports::Sql& session, core::Time from, core::Time until) {
  Changes changes;
  const std::string table = changeLog(session);
  if (table.empty()) return changes;
  changes.known = true;
  const std::string span = "WHERE \"time\" > $1::timestamptz AND \"time\" <= $2::timestamptz ";
  const std::vector<ports::SqlValue> moments{core::formatUtc(from), core::formatUtc(until)};
  const ports::SqlRows counted = session.query(
      fmt::format("SELECT count(*) AS entries, count(*) FILTER (WHERE action = 'delete') AS gone "
                  "FROM {} {}",
                  table, span),
      moments);
  changes.count = counted.number(0, "entries");
  changes.deletions = counted.number(0, "gone");
  if (changes.count > 0) {
    changes.newest =
        read(session.query(selection(table) + span + "ORDER BY \"time\" DESC LIMIT 1", moments))
            .front();
  }
  if (changes.deletions > 0) {
    changes.deleted = read(session.query(
        selection(table) + span + "AND action = 'delete' ORDER BY \"time\" DESC LIMIT 5", moments));
  }
  return changes;
}

std::optional<Change> newestChange(ports::Sql& session) {
  const std::string table = changeLog(session);
  if (table.empty()) return std::nullopt;
  const std::vector<Change> newest =
      read(session.query(selection(table) + "ORDER BY \"time\" DESC LIMIT 1"));
  return newest.empty() ? std::nullopt : std::optional(newest.front());
}

core::Json toJson(const Changes& changes) {
  if (!changes.known) return nullptr;
  core::Json json{{"entries", changes.count}, {"deletions", changes.deletions}};
  json["newest"] =
      changes.newest ? core::Json(core::formatUtc(changes.newest->time)) : core::Json(nullptr);
  return json;
}

std::string inWords(const Change& change) {
  const std::string deed = change.action == "delete"   ? "deleted"
                           : change.action == "create" ? "created"
                                                       : "changed";
  return fmt::format("{}: {} {} {}", core::formatLocal(change.time), core::printable(change.person),
                     deed, core::printable(change.object));
}

}  // namespace restore
