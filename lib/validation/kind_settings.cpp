#include <fmt/format.h>

#include "lib/application/environment.hpp"
#include "lib/application/python/module.hpp"
#include "lib/application/settings.hpp"
#include "lib/config/hosts.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/service/services.hpp"
#include "lib/validation/combined.hpp"
#include "lib/validation/kinds.hpp"

namespace validation {
namespace {

using application::Setting;
using core::Outcome;

/// Settings as the application has them against what this program was told.
class Agreement {
 public:
  void compare(const std::string& name, const Setting& setting, const std::string& told) {
    if (told.empty()) return;
    core::CheckResult one{{}, name, Outcome::pass, {}, {}, {}};
    if (!setting.value) {
      one.outcome = Outcome::unknown;
      one.found = setting.why;
    } else if (!same(*setting.value, told)) {
      one.outcome = Outcome::fail;
      one.found = fmt::format("the application has {}, the configuration of this program {}",
                              core::printable(*setting.value), core::printable(told));
    }
    results_.push_back(std::move(one));
  }
  std::vector<core::CheckResult> take() { return std::move(results_); }

 private:
  static bool same(std::string one, std::string other) {
    const auto plain = [](std::string text) {
      while (text.size() > 1 && text.back() == '/') text.pop_back();
      return text == "127.0.0.1" || text == "::1" ? "localhost" : text;
    };
    return plain(std::move(one)) == plain(std::move(other));
  }
  std::vector<core::CheckResult> results_;
};

/// Values that work and hurt, as far as the file says them itself. Names only, and no secret.
void addRisky(const Site& site, std::vector<core::CheckResult>& results) {
  using Kind = application::python::Value::Kind;
  const auto module =
      application::python::readModule(site.world.files.read(site.instance.settings));
  const auto warn = [&](const std::string& name, const std::string& why) {
    results.push_back({{}, name, Outcome::warn, why, {}, {}});
  };
  const bool production = site.instance.environment == config::Environment::production;
  if (const auto debug = module.find("DEBUG");
      debug && debug->kind == Kind::boolean && debug->boolean && production) {
    warn("DEBUG", "is on: pages show code and settings to everybody, and memory grows");
  }
  for (const char* name : {"DATABASE", "DATABASES"}) {
    const auto database = module.find(name);
    if (!database || database->kind != Kind::dictionary) continue;
    const auto* age = database->at("CONN_MAX_AGE");
    if (age == nullptr) continue;
    if (age->kind == Kind::none) {
      warn("CONN_MAX_AGE",
           "is None: sessions are kept for ever, also to a server that is no longer the primary");
    } else if (age->kind == Kind::integer && age->integer > 3600) {
      warn("CONN_MAX_AGE",
           fmt::format("is {}: sessions outlive a failover by that many seconds", age->integer));
    }
  }
  if (const auto hosts = module.find("ALLOWED_HOSTS"); hosts && hosts->kind == Kind::list) {
    for (const auto& item : hosts->items) {
      if (item.isText() && item.text == "*" && production) {
        warn("ALLOWED_HOSTS", "is \"*\": any host name is answered to");
      }
    }
  }
  if (const auto key = module.find("SECRET_KEY");
      key && key->isText() && key->text.size() < 50 && production) {
    warn("SECRET_KEY", "has under 50 characters: NetBox refuses it from 3.5 on");
  }
}

/// The environment that the application really runs with: in a container, that of its container.
std::optional<application::Variables> environmentOf(const Site& site) {
  service::Services looker(site.world, site.instance);
  for (const auto& service : site.instance.services) {
    if (service.role != config::ServiceRole::application) continue;
    const auto details = looker.inspect(service);
    if (!details.process) continue;
    return application::environmentOf(config::worldOf(site.world, site.instance, service).files,
                                      details.process->id);
  }
  return std::nullopt;
}

/// Variables that the products' own images and configurations take their settings from
/// (netbox-docker 3, nautobot 2). Hosts are left out: a container knows them by other names.
void compareVariables(const Site& site, const application::Variables& variables,
                      Agreement& agreement) {
  const auto& database = site.instance.database;
  for (const auto& [name, told] : std::vector<std::pair<std::string, std::string>>{
           {"DB_NAME", database.name},
           {"NAUTOBOT_DB_NAME", database.name},
           {"DB_USER", database.application.user},
           {"NAUTOBOT_DB_USER", database.application.user}}) {
    const auto found = variables.find(name);
    if (found == variables.end()) continue;
    agreement.compare(name + " of its environment",
                      application::Setting::of(found->second.reveal()), told);
  }
}

checks::CheckResult askSettings(const Site& site) {
  const auto variables = environmentOf(site);
  Agreement agreement;
  if (variables) compareVariables(site, *variables, agreement);
  auto results = agreement.take();
  if (site.instance.settings.empty() || !site.world.files.resolve(site.instance.settings)) {
    if (results.empty()) {
      throw core::Error(core::Kind::undetermined, "the configuration file is not known");
    }
    return combined("settings", results, "the environment of the application agrees");
  }
  auto installation = application::installationOf(site.instance);
  installation.environment = variables;
  const auto settings = application::readSettings(site.world, installation);
  const auto& database = site.instance.database;
  agreement.compare("database's name", settings.database.name, database.name);
  agreement.compare("database's user", settings.database.user, database.application.user);
  agreement.compare("database's host", settings.database.host, database.application.host);
  agreement.compare("media folder", settings.media, site.instance.media);
  if (site.instance.redis.socket.empty()) {
    agreement.compare("Redis's host", settings.tasks.host, site.instance.redis.host);
  }
  for (auto& one : agreement.take()) results.push_back(std::move(one));
  addRisky(site, results);
  return combined("settings", results,
                  "they agree with what this program was told; " + settings.how);
}

checks::CheckResult askPresent(const Site& site, const checks::Arguments& arguments) {
  auto files = arguments.list("files");
  if (files.empty()) files = {site.instance.settings};
  std::vector<core::CheckResult> results;
  for (const std::string& file : files) {
    core::CheckResult one{{}, file, Outcome::pass, {}, {}, {}};
    const auto real = site.world.files.resolve(file);
    const auto info = real ? site.world.files.info(*real) : std::nullopt;
    if (!info) {
      one.outcome = Outcome::fail;
      one.found = "it is not there";
      one.hint = "A new release folder needs the configuration of the old one.";
    } else if (info->type == ports::FileType::file && info->bytes == 0) {
      one.outcome = Outcome::fail;
      one.found = "it is empty";
    }
    results.push_back(std::move(one));
  }
  return combined(
      "configuration files", results,
      core::plural(static_cast<std::int64_t>(files.size()), "file is", "files are") + " there");
}

}  // namespace

void addSettings(checks::Kinds& kinds, const Site& site) {
  kinds.add("settings",
            {{}, {}, false, [site](const checks::Arguments&) { return askSettings(site); }});
  kinds.add("configuration", {{}, {"files"}, false, [site](const checks::Arguments& arguments) {
                                return askPresent(site, arguments);
                              }});
}

}  // namespace validation
