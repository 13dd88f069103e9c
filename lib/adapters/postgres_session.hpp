#pragma once

#include <functional>
#include <memory>
#include <pqxx/pqxx>

#include "lib/adapters/postgres_connect.hpp"
#include "lib/adapters/postgres_watch.hpp"

namespace adapters {

/// Gives libpqxx a connection that stands already, and never another one.
class StandingConnection : public pqxx::connectionpolicy {
 public:
  explicit StandingConnection(RawConnection connection)
      : connectionpolicy(std::string()), connection_(std::move(connection)) {}
  handle do_startconnect(handle original) override;
  handle do_completeconnect(handle original) override { return original; }
  PGconn* raw() const { return raw_; }

 private:
  RawConnection connection_;
  PGconn* raw_ = connection_.get();
};

class PqxxConnection : public pqxx::connection_base {
 public:
  explicit PqxxConnection(StandingConnection& policy);
  ~PqxxConnection() { close(); }
};

/// One session. libpqxx owns the connection, runs the statements and holds their results. libpq
/// under it does what libpqxx 6.4.5 can't: log in from separate keywords within a time limit,
/// cancel from another thread, and COPY as raw blocks (libpqxx takes COPY apart line by line into
/// strings).
class PostgresSession : public ports::Sql {
 public:
  PostgresSession(const ports::SqlTarget& target, RawConnection connection,
                  const core::Cancellation& cancellation);
  using ports::Sql::execute;
  using ports::Sql::query;
  ports::SqlRows query(std::string_view sql,
                       const std::vector<ports::SqlValue>& parameters) override;
  ports::SqlRows execute(std::string_view sql,
                         const std::vector<ports::SqlValue>& parameters) override;
  std::int64_t copyOut(std::string_view sql, core::Sink& sink) override;
  std::int64_t copyIn(std::string_view sql, core::Source& source) override;
  void cancel() override { canceller_.cancel(); }
  bool alive() const override { return alive_; }

 private:
  using Result = std::unique_ptr<PGresult, void (*)(PGresult*)>;

  PGconn* raw() const { return policy_.raw(); }
  void applySettings();
  void refuseLost() const;
  pqxx::result statement(const std::string& sql, const std::vector<ports::SqlValue>& parameters);
  /// Runs the statement; what libpqxx throws comes out as SqlError.
  pqxx::result run(std::string_view sql, const std::vector<ports::SqlValue>& parameters);
  [[noreturn]] void fail(const std::string& message);

  // COPY
  void startCopy(std::string_view sql, ExecStatusType wanted);
  int nextBlock(char** block);
  void send(std::string_view bytes);
  void flush();
  void waitForServer(short events);
  std::int64_t endOfCopy();
  void abandonCopy();
  bool dropResults();

  ports::SqlTarget target_;
  const core::Cancellation& cancellation_;
  StandingConnection policy_;
  PqxxConnection connection_;
  Canceller canceller_;
  StatementWatch watch_;
  bool alive_ = true;
};

}  // namespace adapters
