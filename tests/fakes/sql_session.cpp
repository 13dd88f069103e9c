#include "tests/fakes/sql_session.hpp"

#include <algorithm>

#include "lib/adapters/postgres_error.hpp"

namespace fakes {
namespace {

bool needsNoScript(std::string_view sql) {
  return sql == "BEGIN" || sql == "COMMIT" || sql == "ROLLBACK";
}

std::int64_t linesIn(std::string_view text) {
  return std::count(text.begin(), text.end(), '\n') +
         (text.empty() || text.ends_with('\n') ? 0 : 1);
}

}  // namespace

FakeSql::FakeSql(ports::SqlTarget target, FakeDatabase& database,
                 const core::Cancellation& cancellation)
    : target_(std::move(target)), database_(database), cancellation_(cancellation) {
  database_.open_.insert(this);
}

FakeSql::~FakeSql() { database_.open_.erase(this); }

ports::SqlRows FakeSql::query(std::string_view sql,
                              const std::vector<ports::SqlValue>& parameters) {
  return answer(sql, parameters, false);
}

ports::SqlRows FakeSql::execute(std::string_view sql,
                                const std::vector<ports::SqlValue>& parameters) {
  return answer(sql, parameters, true);
}

void FakeSql::notice() {
  alive_ = false;
  throw adapters::sqlError(target_, "", "server closed the connection unexpectedly");
}

void FakeSql::begin(std::string_view sql) {
  if (!alive_) throw adapters::sqlError(target_, "", "the session is lost");
  if (sql != "ROLLBACK") cancellation_.check();
  if (lost_) notice();
}

StatementScript& FakeSql::expected(std::string_view sql) {
  StatementScript* script = database_.find(sql);
  if (script == nullptr) {
    database_.complaints_.refuse("unexpected statement in database " + target_.database + ": " +
                                 std::string(sql));
  }
  return *script;
}

void FakeSql::failIfScripted(const StatementScript& script) {
  if (script.loses_) notice();
  if (!script.sqlstate_.empty()) {
    throw adapters::sqlError(target_, script.sqlstate_, script.message_);
  }
}

ports::SqlRows FakeSql::answer(std::string_view sql, const std::vector<ports::SqlValue>& parameters,
                               bool executed) {
  begin(sql);
  database_.statements_.push_back({std::string(sql), parameters, executed});
  StatementScript* script = database_.find(sql);
  if (script == nullptr && needsNoScript(sql)) return {};
  if (script == nullptr) script = &expected(sql);
  failIfScripted(*script);
  return script->doing_ ? script->doing_(parameters) : script->rows_;
}

std::int64_t FakeSql::copyOut(std::string_view sql, core::Sink& sink) {
  begin(sql);
  database_.statements_.push_back({std::string(sql), {}, false});
  const StatementScript& script = expected(sql);
  failIfScripted(script);
  sink.write(script.text_);
  return linesIn(script.text_);
}

std::int64_t FakeSql::copyIn(std::string_view sql, core::Source& source) {
  begin(sql);
  const StatementScript& script = expected(sql);
  core::StringSink copied;
  core::pump(source, copied);
  database_.statements_.push_back({std::string(sql), {}, true, copied.text()});
  failIfScripted(script);
  return linesIn(copied.text());
}

}  // namespace fakes
