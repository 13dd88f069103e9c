#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lib/cluster/lsn.hpp"
#include "lib/config/instance.hpp"
#include "lib/core/time.hpp"

namespace cluster {

/// What a server of the pair is at the moment. `stopped`: it answers nobody, and its control file
/// was read. `unknown`: could not be determined, `why` says the reason.
enum class Role { primary, standby, stopped, unknown };

const char* roleName(Role role);

/// A standby as its primary sees it (pg_stat_replication).
struct Sender {
  std::string application;
  std::string address;  // of the standby; empty: through a socket
  std::string state;    // "streaming", "catchup", "backup"
  std::string sync;     // "async", "sync", "potential", "quorum"
  std::optional<Lsn> flushed;
  std::optional<Lsn> replayed;
};

struct Slot {
  std::string name;
  bool logical = false;
  bool active = false;
  std::optional<Lsn> restart;
  std::string wal;  // "reserved", "extended", "unreserved", "lost"; empty: nothing is kept for it
};

/// A standby's own view of its stream (pg_stat_wal_receiver).
struct Receiver {
  std::string status;
  std::string host;  // of the server that it streams from
  int port = 0;
  std::string slot;
  int timeline = 0;
  std::optional<Lsn> latest{};  // the primary's position, as it told last
};

/// Archiving on a primary (pg_stat_archiver).
struct Archiving {
  bool on = false;
  std::int64_t failed = 0;
  bool failing = false;  // the last try failed after the last success
  std::string last_failed;
  std::int64_t waiting = 0;  // segments that are not archived yet
};

/// What pg_controldata tells of a server that is down.
struct ControlFile {
  std::string state;  // "shut down", "shut down in recovery", "in production", …
  std::string system;
  int timeline = 0;
  std::optional<Lsn> checkpoint;
  std::optional<Lsn> redo;       // from where its recovery would begin
  std::optional<Lsn> recovered;  // of a standby: it is consistent from there on
  LogLayout layout;
  bool rewindable = false;  // data checksums, or wal_log_hints
};

/// Everything that one look at a server gives.
struct Node {
  config::NodeSettings settings;
  Role role = Role::unknown;
  std::string why;     // unknown, stopped: what answered nobody
  std::string system;  // system identifier
  int version = 0;     // 150020
  int timeline = 0;
  std::optional<Lsn> written;   // primary
  std::optional<Lsn> received;  // standby
  std::optional<Lsn> replayed;  // standby
  /// Time since the last transaction that was replayed; nothing once everything received is
  /// replayed, and on a primary.
  std::optional<core::Duration> behind;
  bool paused = false;
  std::map<std::string, std::string> parameters;  // of kParameters, those that there are
  std::vector<Sender> senders;
  std::vector<Slot> slots;
  std::optional<Receiver> receiver;
  Archiving archiving;
  std::int64_t prepared = 0;            // prepared transactions
  std::vector<std::string> collations;  // whose recorded version is not the system's
  std::optional<ControlFile> control;   // where it answers nobody
  bool has_process_file = false;        // the same: postmaster.pid is there
  bool held_back = false;               // the same: whoever starts it, it takes no writes

  const std::string& name() const { return settings.name; }
  bool answers() const { return role == Role::primary || role == Role::standby; }
  /// A parameter's value as pg_settings has it; "" if it was not seen.
  std::string parameter(const std::string& name) const;
  /// A number among them; 0 for none.
  std::int64_t number(const std::string& name) const;
};

/// "sotctl failover status" and its checks look at these.
extern const std::vector<std::string> kParameters;

}  // namespace cluster
