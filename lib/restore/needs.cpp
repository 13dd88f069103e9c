#include "lib/restore/needs.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace restore {
namespace {

/// The copy grows to the size of the original, its indexes are sorted in temporary files, and the
/// write-ahead log of the load stays until the next checkpoints.
constexpr double kFactor = 1.2;
/// A standby that is further behind has not what it needs to keep up with a load.
constexpr std::int64_t kFarBehind = 64LL << 20;

bool onThisHost(const std::string& host) {
  return host.empty() || host[0] == '/' || host == "localhost" || host == "127.0.0.1" ||
         host == "::1";
}

std::uint64_t unsignedAt(const ports::SqlRows& rows, std::string_view column) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(rows.number(0, column), 0));
}

class Needs {
 public:
  Needs(const Environment& environment, std::uint64_t bytes, std::uint64_t freed)
      : environment_(environment),
        database_(environment.world, environment.instance),
        bytes_(bytes),
        freed_(freed),
        sql_(database_.admin()) {}

  std::vector<core::CheckResult> look() {
    readServer();
    readSlots();
    add("restore.room", "room for a second copy", [&] { return room(); });
    add("restore.standbys", "standbys", [&] { return standbys(); });
    add("restore.slots", "replication slots", [&] { return slots(); });
    results_.push_back(dumps());
    return std::move(results_);
  }

 private:
  template <typename Look>
  void add(const char* id, const char* subject, Look look) {
    try {
      results_.push_back(look());
    } catch (const core::Error& error) {
      if (error.kind() == core::Kind::interrupted || error.kind() == core::Kind::unreachable) {
        throw;
      }
      results_.push_back(check(id, subject, core::Outcome::unknown, error.what()));
    }
  }

  void readServer() {
    server_ = sql_->query(
        "SELECT coalesce((SELECT setting FROM pg_settings WHERE name = 'data_directory'), '') "
        "AS folder, "
        "coalesce((SELECT pg_tablespace_location(dattablespace) FROM pg_database "
        "WHERE datname = $1), '') AS tablespace, "
        "pg_size_bytes(current_setting('max_wal_size')) AS max_wal, "
        "coalesce(pg_size_bytes(nullif(current_setting('max_slot_wal_keep_size', true), '-1')), "
        "-1) AS slot_limit, "
        "coalesce(pg_size_bytes(current_setting('wal_keep_size', true)), 0) AS keep",
        {environment_.instance.database.name});
  }

  /// Whether a standby is there to fetch is for readers of the check; that a slot holds the log
  /// back is what counts here.
  void readSlots() {
    slots_ = sql_->query(
        "SELECT slot_name AS name, active, coalesce(wal_status, '') AS status, coalesce("
        "pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::bigint, 0) AS held "
        "FROM pg_replication_slots WHERE NOT temporary ORDER BY 1");
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      idle_ = idle_ || (!slots_.boolean(i, "active") && slots_.text(i, "status") != "lost");
    }
  }

  /// Write-ahead log that stays on disk while loading: all of it where an idle slot holds it back,
  /// up to the slot's limit.
  std::uint64_t heldBack() const {
    if (!idle_) return 0;
    const std::int64_t limit = server_.number(0, "slot_limit");
    return limit < 0 ? bytes_ : std::min(bytes_, static_cast<std::uint64_t>(limit));
  }

  core::CheckResult room() {
    if (!onThisHost(environment_.instance.database.admin.host)) {
      return noRoomSeen("the server is on another host");
    }
    const std::string data = server_.text(0, "folder");
    if (data.empty()) return noRoomSeen("the server does not tell its data folder");
    const std::string& tablespace = server_.text(0, "tablespace");
    const std::string log = database_.resolved(data + "/pg_wal");
    const bool wal_elsewhere = !tablespace.empty() || log != database_.resolved(data) + "/pg_wal";
    if (wal_elsewhere) add("restore.wal_room", "room for the log", [&] { return walRoom(log); });
    const std::string folder = tablespace.empty() ? data : tablespace;
    return compare("restore.room", folder, roomNeeded(bytes_) + (wal_elsewhere ? 0 : heldBack()));
  }

  core::CheckResult walRoom(const std::string& folder) {
    return compare("restore.wal_room", folder,
                   idle_ ? heldBack() : std::min(bytes_, unsignedAt(server_, "max_wal")));
  }

  core::CheckResult noRoomSeen(const std::string& why) const {
    return check("restore.room", "room for a second copy", core::Outcome::unknown, why,
                 core::formatBytes(roomNeeded(bytes_) + heldBack()) + " free",
                 "Look at the free space of the server's data folder.");
  }

  core::CheckResult compare(const char* id, const std::string& folder, std::uint64_t needed) {
    const std::uint64_t free = database_.freeBytes(folder) + freed_;
    return check(id, folder, free >= needed ? core::Outcome::pass : core::Outcome::fail,
                 fmt::format("{} free{}, {} needed", core::formatBytes(free),
                             freed_ > 0 ? " once the live database is dropped" : "",
                             core::formatBytes(needed)),
                 "room for a second copy and the log of loading it",
                 "Make room: the old database stays beside the new one. `sotctl restore finish` "
                 "drops what an earlier restore kept; --replace saves the live database as a set, "
                 "and drops it first.");
  }

  /// Every standby gets the copy as well, and no one but itself can tell its room.
  core::CheckResult standbys() {
    const ports::SqlRows found = sql_->query(
        "SELECT coalesce(r.application_name, '') AS name, "
        "coalesce(host(r.client_addr), 'local socket') AS place, coalesce(r.state, '') AS state, "
        "coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), r.replay_lsn)::bigint, -1) AS behind, "
        "s.slot_name IS NOT NULL AS slot FROM pg_stat_replication r "
        "LEFT JOIN pg_replication_slots s ON s.active_pid = r.pid "
        "WHERE coalesce(s.slot_type, 'physical') = 'physical' ORDER BY 1, 2");
    const auto about = [&](core::Outcome outcome, const std::string& words) {
      return check("restore.standbys", "standbys", outcome, words,
                   core::formatBytes(roomNeeded(bytes_)) + " free on each",
                   "Look at the free space of each standby's data folder.");
    };
    if (found.empty()) return about(core::Outcome::pass, "none is connected");
    std::vector<std::string> words;
    bool careful = false;
    for (std::size_t i = 0; i < found.size(); ++i) {
      const std::string bad = troubleOf(found, i);
      careful = careful || !bad.empty();
      words.push_back(fmt::format("{} on {}: {}room could not be determined from here",
                                  core::printable(found.text(i, "name")), found.text(i, "place"),
                                  bad));
    }
    return about(careful ? core::Outcome::warn : core::Outcome::unknown, core::join(words, "\n"));
  }

  /// What is wrong with a standby before a load, with "; " behind; empty: nothing.
  std::string troubleOf(const ports::SqlRows& found, std::size_t row) const {
    std::string words;
    const std::int64_t behind = found.number(row, "behind");
    if (found.text(row, "state") != "streaming") {
      words += fmt::format("is not streaming ({}); ", found.text(row, "state"));
    }
    if (behind < 0) words += "how far it is behind could not be determined; ";
    if (behind > kFarBehind) {
      words += fmt::format("is {} behind; ", core::formatBytes(static_cast<std::uint64_t>(behind)));
    }
    if (!found.boolean(row, "slot") && unsignedAt(server_, "keep") < bytes_) {
      words +=
          fmt::format("has no slot, and only {} are kept for it: it may have to be made anew; ",
                      core::formatBytes(unsignedAt(server_, "keep")));
    }
    return words;
  }

  core::CheckResult slots() const {
    std::vector<std::string> words;
    const std::int64_t limit = server_.number(0, "slot_limit");
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      if (slots_.boolean(i, "active")) continue;
      words.push_back(fmt::format("{} is not in use, holds back {} now, and of the load {}",
                                  core::printable(slots_.text(i, "name")),
                                  core::formatBytes(static_cast<std::uint64_t>(
                                      std::max<std::int64_t>(slots_.number(i, "held"), 0))),
                                  limit < 0 ? "all of its about " + core::formatBytes(bytes_)
                                            : "as much as max_slot_wal_keep_size lets it"));
    }
    const auto about = [&](core::Outcome outcome, std::string found) {
      return check("restore.slots", "replication slots", outcome, std::move(found),
                   "none that holds write-ahead log back",
                   "Drop those that nobody uses: SELECT pg_drop_replication_slot('NAME')");
    };
    if (!words.empty()) return about(core::Outcome::warn, core::join(words, "\n"));
    return about(core::Outcome::pass, slots_.empty() ? "none" : "all in use");
  }

  /// The database of before keeps ALLOW_CONNECTIONS false, and pg_dumpall takes only those that
  /// may be connected to (pg_dumpall.c: WHERE datallowconn).
  core::CheckResult dumps() const {
    return check("restore.dumps", "dumps of all databases", core::Outcome::pass,
                 "pg_dumpall leaves out the database that is kept: it lets no session in. While it "
                 "loads, the copy is in such a dump; copies of the whole server hold both");
  }

  const Environment& environment_;
  database::Database database_;
  std::uint64_t bytes_;
  std::uint64_t freed_;
  std::unique_ptr<ports::Sql> sql_;
  ports::SqlRows server_;
  ports::SqlRows slots_;
  bool idle_ = false;
  std::vector<core::CheckResult> results_;
};

}  // namespace

std::uint64_t roomNeeded(std::uint64_t database_bytes) {
  return static_cast<std::uint64_t>(static_cast<double>(database_bytes) * kFactor);
}

std::vector<core::CheckResult> checkNeeds(const Environment& environment,
                                          std::uint64_t database_bytes, std::uint64_t freed) {
  return Needs(environment, database_bytes, freed).look();
}

}  // namespace restore
