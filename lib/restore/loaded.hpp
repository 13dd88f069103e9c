#pragma once

#include <optional>

#include "lib/restore/environment.hpp"
#include "lib/restore/obstacle.hpp"

namespace restore {

/// Goal: a database beside the live one holds what the set's dump holds. Made from template0 with
/// the set's encoding and locale; extensions first, by the admin login; then everything else as the
/// owner. That the load is complete is marked on the database itself. Bound to the server, and to
/// the live database, that the plan was made for.
class Loaded : public step::Step {
 public:
  Loaded(Environment environment, const core::Json& arguments);

  std::string title() const override;
  step::Observation observe(const core::Json* before) override;
  void apply(const core::Json& before, core::Progress& progress) override;
  step::Compensation compensation(const core::Json& before, step::Purpose purpose) override;
  core::Json results() const override;
  std::vector<std::string> manual() const override;

 private:
  std::string owner(ports::Sql& sql, const std::string& of_set) const;
  std::string otherTarget(ports::Sql& sql) const;
  std::optional<Obstacle> lackOf(ports::Sql& sql) const;
  void create(ports::Sql& sql, const std::string& owner) const;
  void addExtensions() const;
  void load(const std::string& owner, core::Progress& progress) const;
  ports::Command loadCommand(database::Database& database, const std::string& folder,
                             const std::string& list, const std::string& owner) const;
  ports::Outcome loadHere(database::Database& database, const std::string& set,
                          const std::string& list, const std::string& owner) const;
  ports::Outcome loadInside(database::Database& database, const std::string& folder,
                            const std::string& list, const std::string& owner,
                            core::Progress& progress) const;

  Environment environment_;
  std::string set_;
  std::string run_;
  std::string database_;
  std::string system_;     // of the plan's server; empty: any
  std::int64_t live_oid_;  // of the plan's live database; -1: none, 0: any
  double milliseconds_ = -1;
};

}  // namespace restore
