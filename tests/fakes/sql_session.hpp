#pragma once

#include "tests/fakes/sql.hpp"

namespace fakes {

/// One session with a scripted database.
class FakeSql : public ports::Sql {
 public:
  FakeSql(ports::SqlTarget target, FakeDatabase& database, const core::Cancellation& cancellation);
  ~FakeSql() override;
  ports::SqlRows query(std::string_view sql,
                       const std::vector<ports::SqlValue>& parameters) override;
  ports::SqlRows execute(std::string_view sql,
                         const std::vector<ports::SqlValue>& parameters) override;
  std::int64_t copyOut(std::string_view sql, core::Sink& sink) override;
  std::int64_t copyIn(std::string_view sql, core::Source& source) override;
  void cancel() override {}
  bool alive() const override { return alive_; }
  /// The server ends the session; noticed with the next statement, as with a real one.
  void lose() { lost_ = true; }

 private:
  ports::SqlRows answer(std::string_view sql, const std::vector<ports::SqlValue>& parameters,
                        bool executed);
  void begin(std::string_view sql);
  StatementScript& expected(std::string_view sql);
  void failIfScripted(const StatementScript& script);
  [[noreturn]] void notice();

  ports::SqlTarget target_;
  FakeDatabase& database_;
  const core::Cancellation& cancellation_;
  bool lost_ = false;
  bool alive_ = true;
};

}  // namespace fakes
