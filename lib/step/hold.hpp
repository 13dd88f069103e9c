#pragma once

#include <functional>
#include <memory>
#include <string>

#include "lib/step/others.hpp"
#include "lib/step/store.hpp"

namespace step {

/// Opens a session in database `postgres` of the instance's primary. `label` is what other people
/// see in pg_stat_activity.
using LockSession = std::function<std::unique_ptr<ports::Sql>(const std::string& label)>;

/// What of an instance is locked: a name that each host which operates it computes alike.
struct LockScope {
  std::string instance;
  std::string database;  // of the application, on the server that `connect` reaches
  LockSession connect;
  std::vector<OtherHost> others{};
  /// Whether the run may go on without a host that can't be reached.
  std::function<bool(const std::string& host)> may_miss{};
};

/// Errors: locked if another run than `own_run` is at work on the instance, or waits unfinished:
/// who, since when, and the commands that end it. A look, and no lock: for before long work.
void refuseUnfinished(RunStore& store, const std::string& instance, const std::string& own_run);

/// The right to change an instance, held for one run: a lock on this host and on each other one,
/// and an advisory lock in the server. Given back when destroyed, or when the process ends,
/// however.
class Hold {
 public:
  /// Takes all without waiting. `run` is the one that may pass an unfinished marker of its own.
  /// Errors: locked (another process is at work, or an unfinished run waits: who, since, and the
  /// commands that end it), unreachable.
  Hold(ports::World& world, RunStore& store, LockScope scope, std::string run);

  /// Called before each step. A lock lost with its session (server restarted) is taken again; if
  /// somebody else has it, Error{locked}.
  void check();

  /// Leaves the marker of an unfinished run on all hosts, and takes it away again.
  void mark(const Run& run);
  void unmark();
  /// From here on the journal has a copy on another host, if there is one. Errors: locked, if the
  /// run was carried on from elsewhere.
  void copy(Journal& journal);

 private:
  void takeFileLock();
  void takeAdvisoryLock();
  std::string label() const;
  /// Who has the advisory lock, where there is a server to ask; for a holder that left no marker.
  std::string holderOfSession();
  std::string holderInServer();

  ports::World& world_;
  RunStore& store_;
  LockScope scope_;
  std::string run_;
  Others others_;
  std::unique_ptr<ports::FileLock> file_lock_;
  std::unique_ptr<ports::Sql> session_;
};

}  // namespace step
