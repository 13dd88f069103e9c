#pragma once

#include <map>
#include <string>

#include "lib/restore/environment.hpp"

namespace restore {

/// Goal: what belongs to a database and is in no dump of it lies in a file of the run that only its
/// owner reads (settings may hold secrets).
class AttributesSaved : public step::Step {
 public:
  /// Arguments: "from" (database), "file".
  AttributesSaved(Environment environment, const core::Json& arguments);
  std::string title() const override;
  step::Observation observe(const core::Json* before) override;
  void apply(const core::Json& before, core::Progress& progress) override;
  step::Compensation compensation(const core::Json& before, step::Purpose purpose) override;
  std::vector<std::string> manual() const override;

 private:
  Environment environment_;
  std::string from_;
  std::string file_;
};

/// Goal: the live database is gone, to make room for another; a backup set that was made of it a
/// moment ago holds it. Bound to server and object id, and to a set that is whole and of that very
/// database. There is no way back but restoring that set.
class GivenUp : public step::Step {
 public:
  /// Arguments: "database", "oid", "system", "saved" (id of the set), "run".
  GivenUp(Environment environment, const core::Json& arguments);
  std::string title() const override;
  step::Observation observe(const core::Json* before) override;
  void apply(const core::Json& before, core::Progress& progress) override;
  step::Compensation compensation(const core::Json& before, step::Purpose purpose) override;
  std::string pointOfNoReturn() const override;
  std::vector<std::string> manual() const override;

 private:
  std::string unsaved();

  Environment environment_;
  std::string database_;
  std::int64_t oid_;
  std::string system_;
  std::string saved_;
  std::string run_;
};

}  // namespace restore
