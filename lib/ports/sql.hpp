#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/core/error.hpp"
#include "lib/core/secret.hpp"
#include "lib/core/stream.hpp"

namespace ports {

/// Where a PostgreSQL server is and as whom to log in.
struct SqlTarget {
  std::string host{};  // name, address, or a folder of sockets; empty: the system's socket folder
  int port = 5432;
  std::string database{};
  std::string user{};
  core::Secret password{};
  /// Account whose identity the connection is opened under, for peer authentication; empty: ours.
  std::string os_user{};
  std::string application_name = "sotctl";
  std::chrono::milliseconds connect_limit{std::chrono::seconds(10)};
  /// statement_timeout of the session; zero: none (long work that is watched otherwise).
  std::chrono::milliseconds statement_limit{std::chrono::seconds(60)};
  std::chrono::milliseconds lock_limit{std::chrono::seconds(10)};

  /// "database netbox on /run/postgresql:5432 as postgres": for messages.
  std::string inWords() const;
};

using SqlValue = std::optional<std::string>;  // text form; nothing is NULL

struct SqlRows {
  std::vector<std::string> columns;
  std::vector<std::vector<SqlValue>> rows;
  bool empty() const { return rows.empty(); }
  std::size_t size() const { return rows.size(); }
  /// Text of one field; NULL gives "". Throws std::logic_error out of range: a bug.
  const std::string& text(std::size_t row, std::string_view column) const;
  bool isNull(std::size_t row, std::string_view column) const;
  std::int64_t number(std::size_t row, std::string_view column) const;
  bool boolean(std::size_t row, std::string_view column) const;
};

/// An error that the server gave; `sqlstate` is its five-character code ("3D000"), "" if the
/// connection itself failed.
class SqlError : public core::Error {
 public:
  SqlError(core::Kind kind, std::string what, std::string hint, std::string sqlstate)
      : Error(kind, std::move(what), std::move(hint)), sqlstate_(std::move(sqlstate)) {}
  const std::string& sqlstate() const { return sqlstate_; }

 private:
  std::string sqlstate_;
};

/// One session with a server. Never reconnects by itself: a lost session stays lost, with its
/// locks. For one thread at a time, but for cancel().
/// Errors of every method: unreachable (session lost), denied (42501, 28xxx), timed_out (57014),
/// unexpected (any other answer of the server); all are SqlError.
class Sql {
 public:
  virtual ~Sql() = default;
  /// A question that changes nothing; runs outside transactions or inside an open one. The result
  /// is buffered: over 64 MiB is an error.
  virtual SqlRows query(std::string_view sql, const std::vector<SqlValue>& parameters) = 0;
  SqlRows query(std::string_view sql) { return query(sql, {}); }
  /// A statement that changes something (or BEGIN, COMMIT, locks). Gives the rows that it returns.
  virtual SqlRows execute(std::string_view sql, const std::vector<SqlValue>& parameters) = 0;
  SqlRows execute(std::string_view sql) { return execute(sql, {}); }
  /// COPY … TO STDOUT into `sink`; gives the number of rows.
  virtual std::int64_t copyOut(std::string_view sql, core::Sink& sink) = 0;
  /// COPY … FROM STDIN out of `source`; gives the number of rows.
  virtual std::int64_t copyIn(std::string_view sql, core::Source& source) = 0;
  /// Cancels what runs in another thread; that call then fails with timed_out and 57014.
  virtual void cancel() = 0;
  /// False once the session is known to be lost; asks nothing.
  virtual bool alive() const = 0;

  /// Runs `work` between BEGIN and COMMIT, ROLLBACK if it throws.
  void transact(const std::function<void(Sql&)>& work);
};

/// Opens sessions.
class SqlServer {
 public:
  virtual ~SqlServer() = default;
  /// Errors: unreachable (no server), denied (login refused), not_found (no such database,
  /// sqlstate 3D000), timed_out.
  virtual std::unique_ptr<Sql> connect(const SqlTarget& target) = 0;
};

/// `name` as an SQL identifier: always quoted, quotes doubled. Errors: usage for a NUL byte or an
/// empty name.
std::string sqlName(std::string_view name);
/// `text` as an SQL string literal. Only for statements that take no parameters (ALTER, COMMENT).
std::string sqlText(std::string_view text);

}  // namespace ports
