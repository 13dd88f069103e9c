#include "tests/fakes/sql.hpp"

#include "lib/adapters/postgres_error.hpp"
#include "tests/fakes/sql_session.hpp"

namespace fakes {

StatementScript& StatementScript::gives(std::vector<std::string> columns,
                                        std::vector<std::vector<ports::SqlValue>> rows) {
  rows_ = {std::move(columns), std::move(rows)};
  return *this;
}
StatementScript& StatementScript::fails(std::string sqlstate, std::string message) {
  sqlstate_ = std::move(sqlstate);
  message_ = std::move(message);
  return *this;
}
StatementScript& StatementScript::losesSession() {
  loses_ = true;
  return *this;
}
StatementScript& StatementScript::copies(std::string text) {
  text_ = std::move(text);
  return *this;
}
StatementScript& StatementScript::does(Doing doing) {
  doing_ = std::move(doing);
  return *this;
}
StatementScript& StatementScript::times(int count) {
  uses_.times(count);
  return *this;
}
StatementScript& StatementScript::always() {
  uses_.always();
  return *this;
}

FakeDatabase::~FakeDatabase() {
  for (const StatementScript& script : scripts_) {
    if (script.uses_.unused()) complaints_.add("this statement never came: " + script.part_);
  }
}

StatementScript& FakeDatabase::on(std::string part) {
  scripts_.emplace_back().part_ = std::move(part);
  return scripts_.back();
}

void FakeDatabase::refuses(std::string sqlstate, std::string message, int times) {
  refusal_state_ = std::move(sqlstate);
  refusal_ = std::move(message);
  refusals_ = times;
}

void FakeDatabase::dropSessions() {
  for (FakeSql* session : open_) session->lose();
}

StatementScript* FakeDatabase::find(std::string_view sql) {
  for (StatementScript& script : scripts_) {
    if (!script.uses_.left() || sql.find(script.part_) == std::string_view::npos) continue;
    script.uses_.use();
    return &script;
  }
  return nullptr;
}

FakeDatabase& FakeSqlServer::database(const std::string& name) { return databases_[name]; }

void FakeSqlServer::goDown() {
  down_ = true;
  for (auto& [name, database] : databases_) database.dropSessions();
}

std::unique_ptr<ports::Sql> FakeSqlServer::connect(const ports::SqlTarget& target) {
  cancellation_.check();
  if (down_) throw adapters::sqlError(target, "", "connection refused");
  const auto found = databases_.find(target.database);
  if (found == databases_.end()) {
    throw adapters::sqlError(target, "3D000",
                             "database \"" + target.database + "\" does not exist");
  }
  FakeDatabase& database = found->second;
  database.logins_.push_back(target);
  if (database.refusals_ > 0) {
    --database.refusals_;
    throw adapters::sqlError(target, database.refusal_state_, database.refusal_);
  }
  return std::make_unique<FakeSql>(target, database, cancellation_);
}

}  // namespace fakes
