#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lib/config/instance.hpp"
#include "lib/ports/world.hpp"
#include "lib/step/registry.hpp"

namespace restore {

/// Registers the kinds of this area: database.loaded, .analyzed, .proven, .dressed, .swapped,
/// .barred (bracket), .discarded, .dropped, .attributes_saved, .given_up,
/// files.unpacked, .exchanged, .removed, cache.cleared,
/// outbound.off, role.password and role.password_back, jobs.reconciled, migrations.noted,
/// restore.examined, and instance.stopped (bracket).
void registerSteps(step::Registry& registry, ports::World& world, const config::Instance& instance);

/// What a restore is bound to: if the server or the database is another one when the plan is
/// carried out, it is refused.
struct Target {
  std::string database;
  std::int64_t oid = 0;
  std::string system_identifier;
};

/// What somebody wants otherwise than usual, and where a run keeps what only its owner may read.
struct Wishes {
  bool keep_outbound = false;
  std::string private_folder;  // of the run; empty: the application's password is left alone
};

/// The steps that put set `set` in the place of the live database. On what is not production they
/// also switch off what reaches out by itself, and make the application's login work.
std::vector<step::Spec> restoreSteps(const config::Instance& instance, const std::string& set,
                                     const std::string& run, const Target& target,
                                     const Wishes& wishes = {});

/// The same where there is no room for both: the live database is saved as a set and dropped before
/// the set is loaded, while the services are stopped. Past that there is no way back but the set.
/// `saving`: the steps that make it, `saved` its id. Needs a private folder.
std::vector<step::Spec> replaceSteps(const config::Instance& instance, const std::string& set,
                                     const std::string& run, const Target& target,
                                     const Wishes& wishes, std::vector<step::Spec> saving,
                                     const std::string& saved);

/// Where a restore notes the migrations of the database that it takes the name from.
std::string notedMigrations(const std::string& private_folder);

/// Adds to the steps of an undo what looks at the result, as a restore's own do: of the database
/// `oid`, which came from set `set` ("": from none).
void examineUndone(std::vector<step::Spec>& steps, std::int64_t oid, const std::string& set);

/// The step that drops a kept database for good.
step::Spec dropStep(const std::string& database, std::int64_t oid);

}  // namespace restore
