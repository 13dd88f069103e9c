#pragma once

#include <string>
#include <vector>

#include "lib/database/compare.hpp"
#include "lib/restore/environment.hpp"

namespace restore {

/// A table whose rows make the application reach out by itself: call others, or run jobs that do.
struct Outbound {
  std::string table;   // "extras_webhook"
  std::string words;   // "webhooks"
  std::string active;  // SQL condition: which rows are on
  std::string off;     // SQL assignment that switches a row off
  bool named = false;  // its rows have a name
  std::int64_t count = 0;
  std::vector<std::string> names;  // of the rows that are on, five at most
};

/// Those that this database has, whatever product and version it is of; found by tables and
/// columns.
std::vector<Outbound> findOutbound(ports::Sql& session);

/// Goal: nothing in the copy makes the application reach out by itself: webhooks (to NetBox 3.6),
/// event rules, data sources and scheduled jobs of NetBox; webhooks, job hooks, scheduled jobs and
/// Git repositories of Nautobot. After the copy was proven, before it takes the live name. What was
/// changed is marked on the database, so that it is not taken for damage afterwards.
class OutboundOff : public step::Step {
 public:
  OutboundOff(Environment environment, const core::Json& arguments);
  std::string title() const override;
  step::Observation observe(const core::Json* before) override;
  void apply(const core::Json& before, core::Progress& progress) override;
  step::Compensation compensation(const core::Json& before, step::Purpose purpose) override;
  core::Json results() const override;
  std::vector<std::string> manual() const override;

 private:
  Environment environment_;
  std::string run_;
  core::Json results_ = core::Json::object();
};

/// Takes out of a comparison of the live database with set `set` what is only this: tables that a
/// restore of that set switched off, and that nobody touched since. Gives their names.
std::vector<std::string> withoutOutbound(const Environment& environment, const std::string& set,
                                         database::Comparison& comparison);

}  // namespace restore
