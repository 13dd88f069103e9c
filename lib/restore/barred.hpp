#pragma once

#include "lib/restore/environment.hpp"

namespace restore {

/// Bracket: nobody is, and nobody can be, connected to the database that bears this name. Closing
/// lets sessions in again to whichever database bears the name then: after a swap the kept one
/// stays barred, so that nothing writes into it by accident and no dump of all databases takes it.
class Barred : public step::Bracket {
 public:
  Barred(Environment environment, const core::Json& arguments);

  std::string title() const override;
  step::Observation observe(const core::Json* before) override;
  core::Json before() override;
  void apply(const core::Json& before, core::Progress& progress) override;
  step::Observation observeClosed(const core::Json& before) override;
  void close(const core::Json& before, core::Progress& progress) override;
  std::vector<std::string> manual() const override;
  std::vector<std::string> manualClose() const override;

 private:
  void endSessions(ports::Sql& sql, core::Progress& progress);
  void allow(ports::Sql& sql, bool allowed);

  Environment environment_;
  std::string database_;
};

}  // namespace restore
