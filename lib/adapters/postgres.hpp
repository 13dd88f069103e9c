#pragma once

#include "lib/core/cancel.hpp"
#include "lib/ports/sql.hpp"

namespace adapters {

/// PostgreSQL servers, over libpqxx and the libpq under it. For any number of threads; a session is
/// for one at a time.
///
/// Only the target says where to go: the constructor removes the variables that libpq reads
/// (PGHOST, PGSERVICE, PGPASSWORD and so on) from this process's environment, and password and
/// service files are not looked at. So make it before the first thread, and read such variables
/// before, if they are wanted.
///
/// A request on `cancellation` cancels what runs on the server: that call then fails with
/// `interrupted`, and so does every later one until it is reset, ROLLBACK excepted.
class PostgresServer : public ports::SqlServer {
 public:
  explicit PostgresServer(core::Cancellation& cancellation);
  std::unique_ptr<ports::Sql> connect(const ports::SqlTarget& target) override;

 private:
  core::Cancellation& cancellation_;
};

}  // namespace adapters
