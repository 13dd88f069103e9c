#include "lib/adapters/postgres_session.hpp"

#include <fmt/format.h>

#include "lib/adapters/postgres.hpp"
#include "lib/adapters/postgres_error.hpp"
#include "lib/core/text.hpp"

namespace adapters {
namespace {

constexpr std::size_t kResultLimit = 64 << 20;

ports::SqlRows rowsOf(const pqxx::result& result, const ports::SqlTarget& target) {
  ports::SqlRows rows;
  for (pqxx::row::size_type i = 0; i < result.columns(); ++i) {
    rows.columns.emplace_back(result.column_name(i));
  }
  std::size_t bytes = 0;
  for (const auto& row : result) {
    std::vector<ports::SqlValue> fields;
    for (const auto& field : row) {
      bytes += field.size();
      fields.push_back(field.is_null() ? ports::SqlValue()
                                       : std::string(field.c_str(), field.size()));
    }
    if (bytes > kResultLimit) {
      throw ports::SqlError(core::Kind::unexpected,
                            fmt::format("{}: the answer is over {}", target.inWords(),
                                        core::formatBytes(kResultLimit)),
                            "", "");
    }
    rows.rows.push_back(std::move(fields));
  }
  return rows;
}

std::string milliseconds(std::chrono::milliseconds time) { return std::to_string(time.count()); }

}  // namespace

StandingConnection::handle StandingConnection::do_startconnect(handle original) {
  if (original != nullptr) return original;
  if (!connection_) throw pqxx::broken_connection("the connection is lost");
  return connection_.release();
}

PqxxConnection::PqxxConnection(StandingConnection& policy) : connection_base(policy) {
  init();
  // libpqxx 6.4.5 would connect again by itself and lose locks without a word. The policy has no
  // second connection to give either; this makes the attempt an error of its own. Deprecated only
  // because libpqxx 7 never reconnects.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  inhibit_reactivation(true);
#pragma GCC diagnostic pop
}

PostgresSession::PostgresSession(const ports::SqlTarget& target, RawConnection connection,
                                 const core::Cancellation& cancellation)
    : target_(target),
      cancellation_(cancellation),
      policy_(std::move(connection)),
      connection_(policy_),
      canceller_(policy_.raw()),
      watch_(policy_.raw(), cancellation, target.statement_limit) {
  target_.password = core::Secret();  // not needed any more
  applySettings();
}

/// Whatever the role, the database or the server's configuration say, answers look the same
/// everywhere. Names are looked up in `public` as the applications do; what must not be replaced by
/// an object of that schema is written with `pg_catalog.` in front.
void PostgresSession::applySettings() {
  query(
      "SELECT pg_catalog.set_config(name, value, false) FROM (VALUES "
      "('statement_timeout', $1::text), ('lock_timeout', $2::text), ('search_path', 'public'), "
      "('DateStyle', 'ISO'), ('IntervalStyle', 'postgres'), ('TimeZone', 'UTC'), "
      "('extra_float_digits', '1'), ('bytea_output', 'hex'), ('client_min_messages', 'warning'), "
      "('standard_conforming_strings', 'on'), ('idle_in_transaction_session_timeout', '0')) "
      "AS setting (name, value)",
      {milliseconds(target_.statement_limit), milliseconds(target_.lock_limit)});
}

ports::SqlRows PostgresSession::query(std::string_view sql,
                                      const std::vector<ports::SqlValue>& parameters) {
  return rowsOf(run(sql, parameters), target_);
}

ports::SqlRows PostgresSession::execute(std::string_view sql,
                                        const std::vector<ports::SqlValue>& parameters) {
  return rowsOf(run(sql, parameters), target_);
}

pqxx::result PostgresSession::statement(const std::string& sql,
                                        const std::vector<ports::SqlValue>& parameters) {
  pqxx::nontransaction work(connection_);
  if (parameters.empty()) return work.exec(sql);
  std::vector<const char*> values;  // a null pointer is NULL
  for (const ports::SqlValue& value : parameters) {
    if (value && value->find('\0') != std::string::npos) {
      throw core::Error(core::Kind::usage, "an SQL parameter has a NUL byte");
    }
    values.push_back(value ? value->c_str() : nullptr);
  }
  return work.exec_params(sql, pqxx::prepare::make_dynamic_params(values));
}

pqxx::result PostgresSession::run(std::string_view sql,
                                  const std::vector<ports::SqlValue>& parameters) {
  refuseLost();
  // An interrupted transaction must be left behind, or its locks stay: ROLLBACK always goes out.
  if (sql == "ROLLBACK") {
    try {
      return statement("ROLLBACK", {});
    } catch (const pqxx::failure& failure) {
      fail(failure.what());
    }
  }
  cancellation_.check();
  try {
    const StatementWatch::Section section(watch_);
    return statement(std::string(sql), parameters);
  } catch (const pqxx::failure& failure) {
    fail(failure.what());
  }
}

void PostgresSession::refuseLost() const {
  if (!alive_) throw sqlError(target_, "", "the session is lost");
}

void PostgresSession::fail(const std::string& message) {
  const bool interrupted = watch_.interrupted() || cancellation_.requested();
  if (PQstatus(raw()) == CONNECTION_BAD) {
    alive_ = false;
    if (interrupted) throw interruptedError(target_);
    // libpq keeps the server's reason for ending the session; libpqxx says only that it is gone.
    const std::string reason = PQerrorMessage(raw());
    const ports::SqlError error = serverError(target_, reason.empty() ? message : reason);
    if (error.kind() == core::Kind::unreachable) throw error;
    throw sqlError(target_, "", reason);
  }
  const ports::SqlError error = serverError(target_, message);
  if (interrupted && error.sqlstate() == "57014") throw interruptedError(target_);
  // The session stands, so this is no matter of reaching the server.
  if (error.sqlstate().empty()) throw sqlError(target_, "XX000", message);
  throw error;
}

PostgresServer::PostgresServer(core::Cancellation& cancellation) : cancellation_(cancellation) {
  forgetLibpqEnvironment();
}

std::unique_ptr<ports::Sql> PostgresServer::connect(const ports::SqlTarget& target) {
  return std::make_unique<PostgresSession>(target, logIn(target, cancellation_), cancellation_);
}

}  // namespace adapters
