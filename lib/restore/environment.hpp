#pragma once

#include <memory>
#include <string>

#include "lib/backup/store.hpp"
#include "lib/config/instance.hpp"
#include "lib/core/json.hpp"
#include "lib/database/database.hpp"
#include "lib/ports/world.hpp"
#include "lib/step/step.hpp"

namespace restore {

/// What the step kinds of this area work with. Copied into each step; the things behind the
/// references outlive the steps.
struct Environment {
  ports::World& world;
  const config::Instance& instance;

  /// A session in database `postgres`, from where databases are made and renamed.
  std::unique_ptr<ports::Sql> admin() const { return database::Database(world, instance).admin(); }
};

inline core::CheckResult check(std::string id, std::string subject, core::Outcome outcome,
                               std::string found, std::string wanted = {}, std::string hint = {}) {
  return {std::move(id),    std::move(subject), outcome,
          std::move(found), std::move(wanted),  std::move(hint)};
}

/// The set of this id, whole as far as a look tells. A run that is resumed may find it gone or
/// damaged meanwhile. Errors: not_found, corrupt, undetermined.
backup::StoredSet usableSet(const Environment& environment, const std::string& id);

/// The account's psql line for a statement, for people who finish by hand.
std::string psqlLine(const Environment& environment, const std::string& database,
                     const std::string& statement);

}  // namespace restore
