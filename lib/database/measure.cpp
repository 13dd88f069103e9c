#include "lib/database/measure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "lib/core/text.hpp"
#include "lib/database/digest.hpp"
#include "lib/database/schema.hpp"
#include "lib/dump/row_sum.hpp"

namespace database {
namespace {

// Text forms must not depend on who asks and when, and are those that pg_dump gets (which sets four
// of these itself, see textEnvironment() for the others); long reading must not be cut off; names
// come with their schema. transaction_timeout exists from PostgreSQL 17 on.
constexpr std::string_view kSettings = R"(
SELECT set_config(s.name, s.value, false) FROM (VALUES
  ('search_path', ''), ('client_encoding', 'UTF8'), ('timezone', 'UTC'), ('datestyle', 'ISO, YMD'),
  ('intervalstyle', 'postgres'), ('extra_float_digits', '3'), ('bytea_output', 'hex'),
  ('xmlbinary', 'base64'), ('quote_all_identifiers', 'off'),
  ('row_security', 'off'), ('statement_timeout', '0'), ('transaction_timeout', '0'),
  ('idle_in_transaction_session_timeout', '0'), ('idle_session_timeout', '0'), ('jit', 'off'),
  ('max_parallel_workers_per_gather', '0')) AS s(name, value)
 WHERE EXISTS (SELECT FROM pg_settings p WHERE lower(p.name) = s.name))";

constexpr std::string_view kBegin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

std::unique_ptr<ports::Sql> readingSession(Database& database, const std::string& name) {
  auto session = database.admin(name, std::chrono::milliseconds(0));
  session->query(kSettings);
  session->query(kBegin);
  return session;
}

// The moment of the data, not of the question: a standby that has replayed all that its primary
// told it is as old as the primary's last word; one that lags, is paused or has lost its primary is
// as old as the last transaction that it replayed. (latest_end_lsn is where the primary is.)
constexpr std::string_view kMoment = R"(
SELECT pg_export_snapshot() AS id,
       CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END
         AS lsn,
       to_char(CASE WHEN pg_is_in_recovery()
                    THEN least(clock_timestamp(), coalesce(greatest(
                      pg_last_xact_replay_timestamp(),
                      (SELECT r.last_msg_receipt_time FROM pg_stat_wal_receiver r
                        WHERE r.status = 'streaming'
                          AND pg_last_wal_replay_lsn() >= r.latest_end_lsn)),
                      pg_postmaster_start_time()))
                    ELSE clock_timestamp() END AT TIME ZONE 'UTC',
               'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS taken)";

// to_jsonb: columns that not every version has. datlocprovider and datcollversion came with 15;
// what 15 and 16 call daticulocale is datlocale from 17 on.
constexpr std::string_view kDatabase = R"(
SELECT pg_get_userbyid(d.datdba) AS owner, pg_encoding_to_char(d.encoding) AS encoding,
       CASE coalesce(to_jsonb(d) ->> 'datlocprovider', 'c') WHEN 'c' THEN 'libc' WHEN 'i' THEN 'icu'
            WHEN 'b' THEN 'builtin' ELSE to_jsonb(d) ->> 'datlocprovider' END AS provider,
       d.datcollate AS collate, d.datctype AS ctype,
       coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale', '') AS locale,
       coalesce(to_jsonb(d) ->> 'datcollversion', '') AS version,
       pg_database_size(d.oid) AS bytes
  FROM pg_database d WHERE d.datname = current_database())";

void measureSettings(ports::Sql& session, Facts& facts) {
  const ports::SqlRows rows = session.query(kDatabase);
  facts.settings = {rows.text(0, "owner"),    rows.text(0, "encoding"),
                    rows.text(0, "provider"), rows.text(0, "collate"),
                    rows.text(0, "ctype"),    rows.text(0, "locale"),
                    rows.text(0, "version"),  static_cast<std::uint64_t>(rows.number(0, "bytes"))};
}

constexpr std::string_view kSequences = R"(
SELECT n.nspname, c.relname,
       has_schema_privilege(n.oid, 'USAGE') AND has_sequence_privilege(c.oid, 'SELECT') AS readable
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind = 'S' AND c.relpersistence <> 't'
   AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
                      AND d.objid = c.oid AND d.deptype = 'e')
 ORDER BY n.nspname, c.relname)";

void readSequences(ports::Sql& session, std::vector<SequenceFacts*>& batch) {
  if (batch.empty()) return;
  std::string sql;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    sql += fmt::format("{}SELECT {} AS i, last_value, is_called FROM {}.{}",
                       i == 0 ? "" : " UNION ALL ", i, ports::sqlName(batch[i]->schema),
                       ports::sqlName(batch[i]->name));
  }
  const ports::SqlRows rows = session.query(sql);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    SequenceFacts& sequence = *batch.at(static_cast<std::size_t>(rows.number(row, "i")));
    sequence.last_value = rows.number(row, "last_value");
    sequence.is_called = rows.boolean(row, "is_called");
  }
  batch.clear();
}

void measureSequences(ports::Sql& session, Facts& facts) {
  const ports::SqlRows rows = session.query(kSequences);
  facts.sequences.reserve(rows.size());
  std::vector<SequenceFacts*> batch;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    facts.sequences.push_back({rows.text(i, "nspname"), rows.text(i, "relname"), {}, false});
    if (rows.boolean(i, "readable")) batch.push_back(&facts.sequences.back());
    if (batch.size() == 200) readSequences(session, batch);
  }
  readSequences(session, batch);
}

void measureExtensions(ports::Sql& session, Facts& facts) {
  const ports::SqlRows rows = session.query(
      "SELECT e.extname, e.extversion, n.nspname FROM pg_extension e "
      "JOIN pg_namespace n ON n.oid = e.extnamespace ORDER BY e.extname");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    facts.extensions.push_back(
        {rows.text(i, "extname"), rows.text(i, "extversion"), rows.text(i, "nspname")});
  }
}

/// Versions that the operating system's libraries have now, of collations that the database's own
/// objects can use.
void measureCollations(ports::Sql& session, Facts& facts) {
  const ports::SqlRows rows = session.query(R"(
SELECT n.nspname || '.' || c.collname AS name, pg_collation_actual_version(c.oid) AS version
  FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
 WHERE n.nspname <> 'pg_catalog' AND n.nspname <> 'information_schema')");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    facts.collations[rows.text(i, "name")] = rows.text(i, "version");
  }
}

void measureLargeObjects(ports::Sql& session, Facts& facts) {
  facts.large_objects =
      session.query("SELECT count(*) AS n FROM pg_largeobject_metadata").number(0, "n");
  if (*facts.large_objects == 0) return;
  const bool readable = session.query("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
                            .boolean(0, "rolsuper");
  if (!readable) return;
  facts.large_object_digest =
      session
          .query(
              "SELECT coalesce(sum(hashtextextended(oid::text || ':' || "
              "encode(sha256(lo_get(oid)), 'hex') COLLATE \"C\", 0)), 0)::text AS digest "
              "FROM pg_largeobject_metadata")
          .text(0, "digest");
}

void measureMigrations(ports::Sql& session, Facts& facts) {
  const ports::SqlRows found = session.query(R"(
SELECT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relname = 'django_migrations' AND c.relkind = 'r' AND n.nspname !~ '^pg_'
   AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
 ORDER BY n.nspname <> 'public', n.nspname LIMIT 1)");
  if (found.empty()) return;
  const std::string table = ports::sqlName(found.text(0, "nspname")) + ".django_migrations";
  MigrationFacts migrations;
  migrations.count = session.query("SELECT count(*) AS n FROM " + table).number(0, "n");
  const ports::SqlRows rows =
      session.query("SELECT DISTINCT ON (app) app, name FROM " + table + " ORDER BY app, id DESC");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    migrations.heads[rows.text(i, "app")] = rows.text(i, "name");
  }
  facts.migrations = std::move(migrations);
}

Facts factsButTables(Snapshot& snapshot) {
  ports::Sql& session = snapshot.session();
  Facts facts;
  facts.identity = identityOf(session);
  facts.taken = snapshot.taken();
  facts.lsn = snapshot.lsn();
  facts.digests = dump::kRowDigestKind;
  measureSettings(session, facts);
  measureSequences(session, facts);
  measureExtensions(session, facts);
  measureCollations(session, facts);
  measureLargeObjects(session, facts);
  measureMigrations(session, facts);
  measureSchema(session, facts);
  return facts;
}

void sortByName(std::vector<TableFacts>& tables) {
  std::sort(tables.begin(), tables.end(), [](const TableFacts& a, const TableFacts& b) {
    return std::tie(a.schema, a.name) < std::tie(b.schema, b.name);
  });
}

}  // namespace

Snapshot::Snapshot(Database& database, const std::string& name)
    : database_(database), name_(name), session_(readingSession(database, name)) {
  const ports::SqlRows rows = session_->query(kMoment);
  id_ = rows.text(0, "id");
  lsn_ = rows.text(0, "lsn");
  const auto taken = core::parseUtc(rows.text(0, "taken"));
  if (!taken) {
    throw core::Error(core::Kind::unexpected, fmt::format("the server's clock says \"{}\"",
                                                          core::printable(rows.text(0, "taken"))));
  }
  taken_ = *taken;
}

std::unique_ptr<ports::Sql> Snapshot::join() {
  auto session = readingSession(database_, name_);
  session->query("SET TRANSACTION SNAPSHOT " + ports::sqlText(id_));
  return session;
}

std::map<std::string, core::Secret> textEnvironment(Snapshot& snapshot) {
  std::map<std::string, core::Secret> environment{{"PGTZ", core::Secret("UTC")}};
  const ports::SqlRows others = snapshot.session().query(
      "SELECT string_agg('-c ' || name || '=' || setting, ' ') AS options FROM pg_settings "
      "WHERE name IN ('bytea_output', 'quote_all_identifiers') AND reset_val <> setting");
  if (!others.isNull(0, "options")) {
    environment["PGOPTIONS"] = core::Secret(others.text(0, "options"));
  }
  return environment;
}

Facts survey(Snapshot& snapshot) {
  Facts facts = factsButTables(snapshot);
  for (TablePlan& table : listTables(snapshot.session())) {
    facts.tables.push_back(std::move(table.facts));
  }
  sortByName(facts.tables);
  return facts;
}

Facts measure(Database& database, Snapshot& snapshot, int jobs, core::Progress& progress,
              const Facts* like) {
  Facts facts = factsButTables(snapshot);
  std::vector<TablePlan> tables = listTables(snapshot.session());
  if (like != nullptr) takeOrder(tables, *like);
  digestTables(database, snapshot, tables, facts, effectiveJobs(jobs), progress);
  for (TablePlan& table : tables) facts.tables.push_back(std::move(table.facts));
  sortByName(facts.tables);
  return facts;
}

Facts measure(Database& database, const std::string& name, int jobs, core::Progress& progress,
              const Facts* like) {
  Snapshot snapshot(database, name);
  return measure(database, snapshot, jobs, progress, like);
}

int effectiveJobs(int jobs) {
  if (jobs > 0) return std::min(jobs, 64);
  return static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, 4U));
}

}  // namespace database
