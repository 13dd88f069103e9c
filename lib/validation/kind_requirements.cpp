#include <fmt/format.h>

#include <functional>

#include "lib/application/installation.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/database/database.hpp"
#include "lib/migrations/release_number.hpp"
#include "lib/migrations/requirements.hpp"
#include "lib/service/redis_ask.hpp"
#include "lib/validation/api.hpp"
#include "lib/validation/combined.hpp"
#include "lib/validation/kinds.hpp"

namespace validation {
namespace {

using core::Outcome;

std::string installed(const Site& site) {
  const auto version =
      application::installedVersion(site.world.files, application::installationOf(site.instance));
  if (version.value) return *version.value;
  throw core::Error(core::Kind::undetermined, "the installed release is not known: " + version.why);
}

std::string serverVersion(int number) {
  return number >= 100000 ? fmt::format("{}.{}", number / 10000, number % 10000)
                          : fmt::format("{}.{}", number / 10000, number / 100 % 100);
}

/// Asks for one version; what can't be had is left empty and told.
std::string tryFor(const char* what, std::vector<std::string>& unknown,
                   const std::function<std::string()>& ask) {
  try {
    return ask();
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    unknown.push_back(fmt::format("{}: {}", what, error.what()));
    return {};
  }
}

std::string pythonVersion(const Site& site) {
  if (site.instance.interpreter.empty()) {
    throw core::Error(core::Kind::undetermined, "the interpreter is not known");
  }
  ports::Command command{
      {site.instance.interpreter, "-I", "-c", "import platform; print(platform.python_version())"}};
  command.mutates = false;
  const auto outcome = site.world.shell.run(command);
  if (!outcome.ok()) throw core::Error(core::Kind::undetermined, outcome.inWords());
  return std::string(core::trim(outcome.out));
}

std::string redisVersion(const Site& site) {
  service::RedisAsk redis(site.world, site.instance);
  for (const auto& line : redis.lines(site.instance.redis.tasks_database, {"INFO server"})) {
    if (line.starts_with("redis_version:")) return std::string(core::trim(line.substr(14)));
  }
  throw core::Error(core::Kind::undetermined, "Redis does not say its version");
}

checks::CheckResult askRequirements(const Site& site, const checks::Arguments& arguments) {
  std::string release = arguments.text("release", "");
  if (release.empty()) release = installed(site);
  core::CheckResult result{{}, "requirements of " + release, Outcome::unknown, {}, {}, {}};
  const auto needed = migrations::requirementsOf(site.instance.product, release);
  if (!needed) {
    result.found = "what that release needs is not known";
    return result;
  }
  std::vector<std::string> unknown;
  migrations::Surroundings there;
  there.python = tryFor("Python", unknown, [&] { return pythonVersion(site); });
  there.postgresql = tryFor("PostgreSQL", unknown, [&] {
    return serverVersion(
        static_cast<int>(database::Database(site.world, site.instance)
                             .application()
                             ->query("SELECT current_setting('server_version_num')::int AS number")
                             .number(0, "number")));
  });
  there.redis = tryFor("Redis", unknown, [&] { return redisVersion(site); });
  result.wanted = needed->inWords();
  const std::string unmet = migrations::unmet(*needed, there);
  result.outcome = !unmet.empty()    ? Outcome::fail
                   : unknown.empty() ? Outcome::pass
                                     : Outcome::unknown;
  result.found = !unmet.empty()    ? unmet
                 : unknown.empty() ? fmt::format("Python {}, PostgreSQL {}, Redis {}", there.python,
                                                 there.postgresql, there.redis)
                                   : someOf(unknown);
  return result;
}

/// The release that answers is the one that is installed, and the one that is meant.
checks::CheckResult askVersion(const Site& site, const checks::Arguments& arguments) {
  return answered("release", [&]() -> checks::CheckResult {
    core::CheckResult result{{}, "release", Outcome::pass, {}, {}, {}};
    const std::string wanted = arguments.text("release", "");
    Api api(site, arguments);
    const bool netbox = site.instance.product == config::Product::netbox;
    const core::Json status = api.get("/api/status/");
    const std::string serves = status.value(netbox ? "netbox-version" : "nautobot-version", "");
    const auto code =
        application::installedVersion(site.world.files, application::installationOf(site.instance));
    result.found = "serves " + core::printable(serves);
    if (serves.empty()) {
      result.outcome = Outcome::fail;
      result.found = "the API does not say which release it is";
    } else if (!wanted.empty() &&
               !(migrations::ReleaseNumber(wanted) == migrations::ReleaseNumber(serves))) {
      result.outcome = Outcome::fail;
      result.wanted = wanted;
    } else if (code.value &&
               !(migrations::ReleaseNumber(*code.value) == migrations::ReleaseNumber(serves))) {
      result.outcome = Outcome::fail;
      result.wanted = *code.value + ", which is installed";
      result.hint = "`sotctl service restart` starts the present code.";
    }
    return result;
  });
}

}  // namespace

void addRequirements(checks::Kinds& kinds, const Site& site) {
  kinds.add("requirements", {{}, {"release"}, false, [site](const checks::Arguments& arguments) {
                               return askRequirements(site, arguments);
                             }});
  kinds.add("release", {{}, {"release", "url"}, false, [site](const checks::Arguments& arguments) {
                          return askVersion(site, arguments);
                        }});
}

}  // namespace validation
