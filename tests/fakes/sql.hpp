#pragma once

#include <functional>
#include <list>
#include <map>
#include <set>

#include "lib/core/cancel.hpp"
#include "lib/ports/sql.hpp"
#include "tests/fakes/complaints.hpp"

namespace fakes {

/// What one expected statement does. By default it gives no rows and is used once.
class StatementScript {
 public:
  using Doing = std::function<ports::SqlRows(const std::vector<ports::SqlValue>& parameters)>;

  StatementScript& gives(std::vector<std::string> columns,
                         std::vector<std::vector<ports::SqlValue>> rows);
  /// The server answers with an error; its kind is what the real adapter makes of the SQLSTATE.
  StatementScript& fails(std::string sqlstate, std::string message);
  /// The session is lost while it runs.
  StatementScript& losesSession();
  /// COPY OUT gives this text; its lines are the rows.
  StatementScript& copies(std::string text);
  StatementScript& does(Doing doing);
  StatementScript& times(int count);
  StatementScript& always();

 private:
  friend class FakeDatabase;
  friend class FakeSql;
  std::string part_;
  ports::SqlRows rows_;
  std::string sqlstate_;
  std::string message_;
  bool loses_ = false;
  std::string text_;
  Doing doing_;
  Uses uses_;
};

/// One statement that came.
struct Statement {
  std::string sql;
  std::vector<ports::SqlValue> parameters;
  bool executed = false;  // not asked with query()
  std::string copied{};   // what COPY IN brought
};

/// The script of all sessions with one database. BEGIN, COMMIT and ROLLBACK need no script.
class FakeDatabase {
 public:
  FakeDatabase() = default;
  ~FakeDatabase();
  /// Expects a statement that contains `part`. Of several that fit, the first with uses left is
  /// taken.
  StatementScript& on(std::string part);
  /// Logging in fails. Once, or as often as `times` says.
  void refuses(std::string sqlstate, std::string message, int times = 1);
  /// All open sessions are lost: each notices with its next statement.
  void dropSessions();
  const std::vector<Statement>& statements() const { return statements_; }
  const std::vector<ports::SqlTarget>& logins() const { return logins_; }
  int openSessions() const { return static_cast<int>(open_.size()); }
  Complaints& complaints() { return complaints_; }

 private:
  friend class FakeSql;
  friend class FakeSqlServer;
  StatementScript* find(std::string_view sql);

  std::list<StatementScript> scripts_;
  std::vector<Statement> statements_;
  std::vector<ports::SqlTarget> logins_;
  std::set<class FakeSql*> open_;
  std::string refusal_state_;
  std::string refusal_;
  int refusals_ = 0;
  Complaints complaints_;
};

class FakeSqlServer : public ports::SqlServer {
 public:
  explicit FakeSqlServer(const core::Cancellation& cancellation) : cancellation_(cancellation) {}
  /// The database of this name, on whatever host; made by the first call. A login to one that no
  /// test made fails as the real server does: not_found, 3D000.
  FakeDatabase& database(const std::string& name);
  /// While it is down, logging in fails with `unreachable`, and all sessions are lost.
  void goDown();
  void comeUp() { down_ = false; }
  std::unique_ptr<ports::Sql> connect(const ports::SqlTarget& target) override;

 private:
  const core::Cancellation& cancellation_;
  std::map<std::string, FakeDatabase> databases_;
  bool down_ = false;
};

}  // namespace fakes
