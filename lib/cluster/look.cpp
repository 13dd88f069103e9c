#include "lib/cluster/look.hpp"

#include <fmt/format.h>

#include "lib/application/password.hpp"
#include "lib/config/hosts.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace cluster {
namespace {

using core::Kind;

// The timeline of a primary is that of the segment that it writes: right after a promotion the
// control file still has the old one. Functions that fail in the other role stand behind a CASE.
constexpr std::string_view kState = R"(
SELECT pg_is_in_recovery() AS recovering,
       current_setting('server_version_num') AS version,
       (SELECT system_identifier::text FROM pg_control_system()) AS system,
       (SELECT timeline_id FROM pg_control_checkpoint()) AS checkpoint_timeline,
       CASE WHEN pg_is_in_recovery() THEN NULL
            ELSE pg_walfile_name(pg_current_wal_lsn()) END AS segment,
       CASE WHEN pg_is_in_recovery() THEN NULL ELSE pg_current_wal_lsn() END AS written,
       pg_last_wal_receive_lsn() AS received,
       pg_last_wal_replay_lsn() AS replayed,
       CASE WHEN pg_is_in_recovery() THEN pg_is_wal_replay_paused() ELSE false END AS paused,
       (extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000)::bigint
         AS behind_ms,
       (SELECT count(*) FROM pg_prepared_xacts) AS prepared)";

constexpr std::string_view kSenders = R"(
SELECT coalesce(application_name, '') AS application, coalesce(host(client_addr), '') AS address,
       coalesce(state, '') AS state, coalesce(sync_state, '') AS sync,
       flush_lsn::text AS flushed, replay_lsn::text AS replayed
FROM pg_stat_replication ORDER BY 1, 2)";

constexpr std::string_view kSlots = R"(
SELECT slot_name, slot_type = 'logical' AS logical, active, restart_lsn::text AS restart,
       coalesce(wal_status, '') AS wal
FROM pg_replication_slots WHERE NOT temporary ORDER BY 1)";

constexpr std::string_view kReceiver = R"(
SELECT status, latest_end_lsn::text AS latest, coalesce(sender_host, '') AS host, coalesce(sender_port, 0) AS port,
       coalesce(slot_name, '') AS slot, received_tli AS timeline
FROM pg_stat_wal_receiver)";

constexpr std::string_view kArchiver = R"(
SELECT current_setting('archive_mode') <> 'off' AS on, failed_count AS failed,
       CASE WHEN current_setting('archive_mode') = 'off' OR pg_is_in_recovery() THEN 0
            ELSE (SELECT count(*) FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready') END
         AS waiting,
       coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false) AS failing,
       coalesce(last_failed_wal, '') AS last_failed
FROM pg_stat_archiver)";

constexpr std::string_view kCollations = R"(
SELECT collname AS name FROM pg_collation
WHERE collprovider IN ('i', 'c') AND collversion IS NOT NULL
  AND collversion IS DISTINCT FROM pg_collation_actual_version(oid) ORDER BY 1)";

std::optional<Lsn> lsn(const ports::SqlRows& rows, std::size_t row, const char* column) {
  return rows.isNull(row, column) ? std::nullopt : Lsn::parse(rows.text(row, column));
}

/// The first eight hexadecimal digits of a segment's name.
int timelineOf(const std::string& segment) {
  return static_cast<int>(std::stoul(segment.substr(0, 8), nullptr, 16));
}

void readState(Node& node, ports::Sql& sql) {
  const auto rows = sql.query(kState);
  const bool standby = rows.boolean(0, "recovering");
  node.role = standby ? Role::standby : Role::primary;
  node.version = static_cast<int>(rows.number(0, "version"));
  node.system = rows.text(0, "system");
  node.timeline = standby ? static_cast<int>(rows.number(0, "checkpoint_timeline"))
                          : timelineOf(rows.text(0, "segment"));
  node.written = lsn(rows, 0, "written");
  node.prepared = rows.number(0, "prepared");
  if (!standby) return;
  node.received = lsn(rows, 0, "received");
  node.replayed = lsn(rows, 0, "replayed");
  node.paused = rows.boolean(0, "paused");
  const bool all_replayed = node.received && node.replayed && *node.received <= *node.replayed;
  if (!all_replayed && !rows.isNull(0, "behind_ms")) {
    node.behind = std::chrono::milliseconds(rows.number(0, "behind_ms"));
  }
}

void readParameters(Node& node, ports::Sql& sql) {
  std::vector<std::string> names;
  for (const std::string& name : kParameters) names.push_back(ports::sqlText(name));
  const auto rows = sql.query("SELECT name, setting FROM pg_settings WHERE name IN (" +
                              core::join(names, ", ") + ")");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    node.parameters[rows.text(i, "name")] = rows.text(i, "setting");
  }
}

void readSenders(Node& node, ports::Sql& sql) {
  const auto rows = sql.query(kSenders);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    node.senders.push_back({rows.text(i, "application"), rows.text(i, "address"),
                            rows.text(i, "state"), rows.text(i, "sync"), lsn(rows, i, "flushed"),
                            lsn(rows, i, "replayed")});
  }
}

void readSlots(Node& node, ports::Sql& sql) {
  const auto rows = sql.query(kSlots);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    node.slots.push_back({rows.text(i, "slot_name"), rows.boolean(i, "logical"),
                          rows.boolean(i, "active"), lsn(rows, i, "restart"), rows.text(i, "wal")});
  }
}

void readReceiver(Node& node, ports::Sql& sql) {
  const auto rows = sql.query(kReceiver);
  if (rows.empty()) return;
  node.receiver = Receiver{rows.text(0, "status"),
                           rows.text(0, "host"),
                           static_cast<int>(rows.number(0, "port")),
                           rows.text(0, "slot"),
                           static_cast<int>(rows.number(0, "timeline")),
                           lsn(rows, 0, "latest")};
  // A checkpoint may be long ago; what is received is of this timeline.
  if (node.receiver->timeline > 0) node.timeline = node.receiver->timeline;
}

void readArchiver(Node& node, ports::Sql& sql) {
  const auto rows = sql.query(kArchiver);
  node.archiving = {rows.boolean(0, "on"), rows.number(0, "failed"), rows.boolean(0, "failing"),
                    rows.text(0, "last_failed"), rows.number(0, "waiting")};
}

/// Of the instance's own database: there are the indexes that another version would corrupt.
void readCollations(Node& node, ports::World& world, const config::Instance& instance) {
  const auto sql = connect(world, instance, node.settings, instance.database.name);
  const auto rows = sql->query(kCollations);
  for (std::size_t i = 0; i < rows.size(); ++i) node.collations.push_back(rows.text(i, "name"));
}

/// Down, or only deaf? The control file says what the server was when it last wrote. One that is
/// being started has its process file already, and still the control file of its stop.
void readStopped(Node& node, ports::World& world, const config::Instance& instance) {
  try {
    node.control = readControlFile(world, instance, node.settings);
    auto& files = config::worldOf(world, instance, node.settings.host).files;
    node.has_process_file = files.info(node.settings.data + "/postmaster.pid").has_value();
    node.held_back = files.info(node.settings.data + "/standby.signal").has_value();
  } catch (const core::Error& error) {
    if (error.kind() == Kind::interrupted) throw;
    node.why += fmt::format("; its control file was not seen: {}", error.what());
    return;
  }
  node.system = node.control->system;
  node.timeline = node.control->timeline;
  const bool clean =
      node.control->state == "shut down" || node.control->state == "shut down in recovery";
  if (clean && !node.has_process_file) node.role = Role::stopped;
}

}  // namespace

std::unique_ptr<ports::Sql> connect(ports::World& world, const config::Instance& instance,
                                    const config::NodeSettings& node, const std::string& database) {
  ports::SqlTarget target;
  target.host = node.admin.host;
  target.port = node.admin.port;
  target.user = node.admin.user;
  target.os_user = node.admin.os_user;
  target.password = application::resolvePassword(world, instance, node.admin.password);
  target.database = database;
  target.connect_limit = std::chrono::seconds(5);
  return world.sql.connect(target);
}

Node look(ports::World& world, const config::Instance& instance,
          const config::NodeSettings& settings) {
  Node node;
  node.settings = settings;
  try {
    const auto sql = connect(world, instance, settings);
    readState(node, *sql);
    readParameters(node, *sql);
    readSenders(node, *sql);
    readSlots(node, *sql);
    readReceiver(node, *sql);
    readArchiver(node, *sql);
    readCollations(node, world, instance);
  } catch (const core::Error& error) {
    if (error.kind() == Kind::interrupted) throw;
    node.role = Role::unknown;
    node.why = error.what();
    if (error.kind() == Kind::unreachable || error.kind() == Kind::timed_out) {
      readStopped(node, world, instance);
    }
  }
  return node;
}

std::vector<Node> lookAtAll(ports::World& world, const config::Instance& instance) {
  if (instance.nodes.empty()) {
    throw core::Error(
        Kind::not_found, fmt::format("instance {} has no [[node]]", instance.name),
        fmt::format("Name both servers of its database in the configuration, each in an "
                    "[[instance.{}.node]] (docs/failover.md), or try it all with `sotctl sandbox "
                    "up --standby`.",
                    instance.name));
  }
  std::vector<Node> nodes;
  for (const auto& settings : instance.nodes) {
    world.cancellation.check();
    nodes.push_back(look(world, instance, settings));
  }
  return nodes;
}

}  // namespace cluster
