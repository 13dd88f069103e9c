#pragma once

#include <map>
#include <memory>
#include <string>

#include "lib/core/progress.hpp"
#include "lib/database/database.hpp"
#include "lib/database/facts.hpp"

namespace database {

/// A snapshot of a database that further sessions, and pg_dump --snapshot, can join. It lasts as
/// long as this object: the session stays open and idle within its transaction.
/// Reads only, so that it may be used in a dry run.
class Snapshot {
 public:
  /// Errors: as ports::SqlServer::connect.
  Snapshot(Database& database, const std::string& name);

  const std::string& id() const { return id_; }
  const std::string& database() const { return name_; }
  const std::string& lsn() const { return lsn_; }
  core::Time taken() const { return taken_; }
  ports::Sql& session() { return *session_; }
  /// Another session that sees the same.
  std::unique_ptr<ports::Sql> join();

 private:
  Database& database_;
  std::string name_;
  std::unique_ptr<ports::Sql> session_;
  std::string id_;
  std::string lsn_;
  core::Time taken_{};
};

/// What the environment of one of PostgreSQL's programs needs, so that it gets values in the text
/// form that digests are made of. Empty of options wherever the login's settings are the usual
/// ones: not every pooler takes options.
std::map<std::string, core::Secret> textEnvironment(Snapshot& snapshot);

/// All facts of the snapshot's database but the rows of its tables, which are only listed.
/// Errors: unreachable, interrupted, what the server says otherwise.
Facts survey(Snapshot& snapshot);

/// Measures all facts, tables by `jobs` sessions at once. A table that can't be read is in the
/// facts as unknown, with the reason. Where a table of `like` has the same columns, the digest
/// takes them in that order, so that the two can be compared.
/// Errors: as survey().
Facts measure(Database& database, Snapshot& snapshot, int jobs, core::Progress& progress,
              const Facts* like = nullptr);

/// The same, in a snapshot of its own.
Facts measure(Database& database, const std::string& name, int jobs, core::Progress& progress,
              const Facts* like = nullptr);

/// How many sessions `jobs` of the configuration means on this host: itself, or for 0 as many as
/// there are processors, at most 4.
int effectiveJobs(int jobs);

}  // namespace database
