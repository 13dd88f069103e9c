#pragma once

#include <optional>

#include "lib/restore/attributes.hpp"
#include "lib/restore/environment.hpp"

namespace restore {

/// Goal: the restored copy has what belongs to a database and is in no dump of it: settings of the
/// database and of roles in it, rights, connection limit, comment. Taken from the live database,
/// since they belong to this site and not to the set; where that is gone already, from the file
/// that they were noted in.
class Dressed : public step::Step {
 public:
  /// Arguments: "from" (database), "run", and "file" where it must not be the database.
  Dressed(Environment environment, const core::Json& arguments);

  std::string title() const override;
  step::Observation observe(const core::Json* before) override;
  void apply(const core::Json& before, core::Progress& progress) override;
  step::Compensation compensation(const core::Json& before, step::Purpose purpose) override;
  std::vector<std::string> manual() const override;

 private:
  std::optional<Attributes> wanted(ports::Sql& sql) const;

  Environment environment_;
  std::string from_;
  std::string run_;
  std::string file_;
};

}  // namespace restore
