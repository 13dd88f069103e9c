#include "lib/restore/environment.hpp"

#include <fmt/format.h>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace restore {

backup::StoredSet usableSet(const Environment& environment, const std::string& id) {
  backup::StoredSet set = backup::Store(environment.world, environment.instance).find(id);
  if (set.good()) return set;
  throw core::Error(set.undetermined ? core::Kind::undetermined : core::Kind::corrupt,
                    fmt::format("set {} can't be used: {}", set.id, set.broken),
                    "`sotctl backup list` shows the others.");
}

std::string psqlLine(const Environment& environment, const std::string& database,
                     const std::string& statement) {
  const config::DatabaseLogin& admin = environment.instance.database.admin;
  std::vector<std::string> argv{"psql", "-X", "-v", "ON_ERROR_STOP=1"};
  if (!admin.host.empty()) argv.insert(argv.end(), {"-h", admin.host});
  argv.insert(argv.end(), {"-p", fmt::format("{}", admin.port), "-d", database});
  if (!admin.user.empty()) argv.insert(argv.end(), {"-U", admin.user});
  argv.insert(argv.end(), {"-c", statement});
  return database::programPrefix(environment.world, environment.instance) + core::shellLine(argv);
}

}  // namespace restore
