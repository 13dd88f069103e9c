#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "lib/application/password.hpp"
#include "lib/database/database.hpp"

namespace database {
namespace {

using namespace std::chrono_literals;

// A dump of a big database takes hours; it is watched and can be interrupted, so that a limit only
// has to exist.
constexpr std::chrono::milliseconds kToolLimit = 7 * 24h;

// Where Debian and where the PostgreSQL project's RPMs put the programs of each version.
constexpr const char* kDebianRoot = "/usr/lib/postgresql";
constexpr const char* kDebianFolder = "/usr/lib/postgresql/{}/bin";
constexpr const char* kRpmFolder = "/usr/pgsql-{}/bin";

std::vector<int> installedMajors(ports::Files& files) {
  std::vector<int> majors;
  if (!files.info(kDebianRoot)) return majors;
  for (const ports::FileInfo& entry : files.list(kDebianRoot)) {
    int major = 0;
    const char* end = entry.name.data() + entry.name.size();
    if (std::from_chars(entry.name.data(), end, major).ptr == end) majors.push_back(major);
  }
  std::sort(majors.begin(), majors.end());
  return majors;
}

}  // namespace

std::string Database::toolFolder(const std::string& name) {
  const std::string& configured = instance_.database.tools;
  if (!configured.empty()) {
    if (world_.files.info(configured + "/" + name)) return configured;
    throw core::Error(core::Kind::not_found,
                      fmt::format("no {} in {}, the configured folder", name, configured),
                      "Correct \"tools\" in the instance's [database] section.");
  }
  const int major = serverVersion() / 10000;
  std::vector<std::string> folders = {fmt::format(kDebianFolder, major),
                                      fmt::format(kRpmFolder, major)};
  for (const int other : installedMajors(world_.files)) {
    if (other > major) folders.push_back(fmt::format(kDebianFolder, other));
  }
  for (const std::string& folder : folders) {
    if (world_.files.info(folder + "/" + name)) return folder;
  }
  throw core::Error(
      core::Kind::not_found,
      fmt::format("no {} of PostgreSQL {} or newer on {}", name, major, world_.caller.host),
      fmt::format("Install postgresql-client-{}, or name the folder of its programs as \"tools\" "
                  "in the instance's [database] section.",
                  major));
}

/// An image's own programs are in its path.
std::string Database::programInside(const std::string& name) const {
  const std::string& configured = instance_.database.tools;
  return configured.empty() ? name : configured + "/" + name;
}

ports::Command Database::tool(const std::string& name, const std::vector<std::string>& arguments) {
  const config::DatabaseLogin& login = instance_.database.admin;
  std::vector<std::string> argv{container_ ? programInside(name) : toolFolder(name) + "/" + name};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  ports::Command command;
  if (container_) {
    command = container_->command(argv);
  } else {
    command.argv = std::move(argv);
    command.user = login.os_user;
  }
  command.limit = kToolLimit;
  auto& environment = command.environment;
  if (!login.host.empty()) environment["PGHOST"] = core::Secret(login.host);
  environment["PGPORT"] = core::Secret(std::to_string(login.port));
  if (!login.user.empty()) environment["PGUSER"] = core::Secret(login.user);
  environment["PGAPPNAME"] = core::Secret("sotctl " + name);
  // A path that can't be a file: ~/.pgpass must not log in where the instance has no password, as
  // it does not in our own sessions.
  environment["PGPASSFILE"] = core::Secret("/dev/null/none");
  const core::Secret password = application::resolvePassword(world_, instance_, login.password);
  if (!password.empty()) environment["PGPASSWORD"] = password;
  return command;
}

}  // namespace database
