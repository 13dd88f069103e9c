#pragma once

#include "lib/restore/environment.hpp"

namespace restore {

/// Goal: the restored copy has what belongs to a database and is in no dump of it: settings of the
/// database and of roles in it, rights, connection limit, comment. Taken from the live database,
/// since they belong to this site and not to the set.
class Dressed : public step::Step {
 public:
  Dressed(Environment environment, const core::Json& arguments);

  std::string title() const override;
  step::Observation observe(const core::Json* before) override;
  void apply(const core::Json& before, core::Progress& progress) override;
  step::Compensation compensation(const core::Json& before, step::Purpose purpose) override;
  std::vector<std::string> manual() const override;

 private:
  Environment environment_;
  std::string from_;
  std::string run_;
};

}  // namespace restore
