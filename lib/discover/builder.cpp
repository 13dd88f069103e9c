#include "lib/discover/builder.hpp"

#include <fmt/format.h>

#include <charconv>

#include "lib/application/environment.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/discover/services.hpp"

namespace discover {
Builder::Builder(ports::World& world, const Root& root, std::string name)
    : world_(world), root_(root) {
  result_.instance.name = std::move(name);
  result_.instance.product = root.product;
  result_.instance.root = root.path;
  result_.instance.redis.host.clear();
  const std::string from = "discovered: " + root.found_by;
  origin("product", from);
  origin("root", from);
  origin("environment", "default: it can't be found out, so it counts as production");
  origin("backup.folder", "default");
  origin("backup.jobs", "default");
}

void Builder::origin(const std::string& key, const std::string& from) {
  result_.origins["instance." + result_.instance.name + "." + key] = from;
}

void Builder::gap(const std::string& id, const std::string& subject, const std::string& why,
                  const std::string& hint) {
  result_.gaps.push_back({"discover." + id, subject, core::Outcome::unknown, why, "", hint});
}

void Builder::takeUnits(const std::vector<service::Unit>& units) {
  for (const auto& unit : unitsOf(units, root_.path)) {
    auto service = serviceOf(unit);
    const std::string path = "service." + service.name;
    for (const char* key : {"name", "role", "manager", "unit"}) {
      origin(path + "." + key, "discovered: unit " + unit.name);
    }
    if (service.role == config::ServiceRole::application) {
      installation_.account = unit.account;
      if (unit.pid != 0)
        installation_.environment = application::environmentOf(world_.files, unit.pid);
      if (const auto bin = unit.command.find("/bin/");
          bin != std::string::npos && unit.command.starts_with(root_.path)) {
        result_.instance.interpreter = unit.command.substr(0, bin) + "/bin/python";
        origin("interpreter", "discovered: unit " + unit.name);
      }
    }
    result_.instance.services.push_back(std::move(service));
  }
  if (!result_.instance.services.empty()) return;
  gap("services", "services of " + result_.instance.name,
      service::systemdRuns(world_) ? "no unit of systemd names " + root_.path
                                   : "systemd does not run this host",
      "Name them in the configuration: [[instance." + result_.instance.name + ".service]].");
}

void Builder::takePaths() {
  auto& instance = result_.instance;
  const bool netbox = instance.product == config::Product::netbox;
  for (const std::string& path :
       netbox ? std::vector<std::string>{root_.path + "/netbox/netbox/configuration.py",
                                         "/etc/netbox/configuration.py",
                                         "/etc/netbox/config/configuration.py"}
              : std::vector<std::string>{root_.path + "/nautobot_config.py"}) {
    try {
      if (!world_.files.info(path)) continue;
    } catch (const core::Error& error) {
      if (error.kind() != core::Kind::denied) throw;
      continue;
    }
    instance.settings = path;
    origin("settings", "discovered: usual place");
    break;
  }
  config::Instance usual = instance;
  config::Origins ignored;
  config::addUsualPaths(usual, ignored);
  if (instance.settings.empty()) {
    instance.settings = usual.settings;
    origin("settings", "default: below root");
  }
  if (instance.interpreter.empty() && world_.files.info(usual.interpreter)) {
    instance.interpreter = usual.interpreter;
    origin("interpreter", "discovered: usual place");
  }
  installation_.product = instance.product;
  installation_.root = instance.root;
  installation_.settings = instance.settings;
  installation_.interpreter = instance.interpreter;
}

void Builder::takeVersion() {
  result_.version = application::installedVersion(world_, installation_);
  if (result_.version.value) return;
  gap("version", std::string("version of ") + config::productName(root_.product),
      result_.version.why, "Run this as root, or as an account that may read " + root_.path + ".");
}

void Builder::keep(const std::string& key, const application::Setting& setting, std::string& to) {
  if (setting.value) {
    to = *setting.value;
    origin(key, from_settings_);
    return;
  }
  const auto dot = key.rfind('.');
  const std::string table = "instance." + result_.instance.name +
                            (dot == std::string::npos ? "" : "." + key.substr(0, dot));
  gap(key, key, setting.why,
      fmt::format("Set {} in [{}] of the configuration.",
                  dot == std::string::npos ? key : key.substr(dot + 1), table));
}

void Builder::keepNumber(const std::string& key, const application::Setting& setting, int& to) {
  std::string text;
  keep(key, setting, text);
  if (text.empty()) return;
  int number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9' || number > 99999) {
      gap(key, key, "is not a number: " + core::printable(text), "Look into the configuration.");
      return;
    }
    number = number * 10 + (c - '0');
  }
  to = number;
}

void Builder::takeSettings() {
  try {
    result_.settings = application::readSettings(world_, installation_);
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    gap("settings", "configuration of " + result_.instance.name, error.what(),
        error.hint().empty() ? "Name the file in the configuration: settings = \"…\"."
                             : error.hint());
    return;
  }
  from_settings_ = "discovered: " + result_.settings->how;
  takeDatabase(result_.settings->database);
  takeAdmin();
  takeRedis(result_.settings->tasks, result_.settings->caching);
  keep("media", result_.settings->media, result_.instance.media);
}

void Builder::takeDatabase(const application::DatabaseFacts& facts) {
  auto& database = result_.instance.database;
  keep("database.name", facts.name, database.name);
  keep("database.application.host", facts.host, database.application.host);
  keepNumber("database.application.port", facts.port, database.application.port);
  keep("database.application.user", facts.user, database.application.user);
  if (facts.password != application::HasPassword::no) {
    database.application.password = {config::PasswordReference::From::application, "database"};
    origin("database.application.password", from_settings_);
  } else if (facts.host.value && (facts.host.value->empty() || facts.host.value->front() == '/') &&
             !installation_.account.empty()) {
    // Without a password on the socket, the server knows the application by its account.
    database.application.os_user = installation_.account;
    origin("database.application.os_user", "discovered: account of its service");
  }
}

void Builder::takeAdmin() {
  auto& database = result_.instance.database;
  const std::string& host = database.application.host;
  if (!result_.settings->database.host.value) return;
  const bool socket = host.empty() || host.front() == '/';
  if (!socket && host != "localhost" && host != "127.0.0.1" && host != "::1") {
    gap("database.admin", "login that may create databases on " + host,
        "the server is on another host",
        "Set [instance." + result_.instance.name + ".database.admin] in the configuration.");
    return;
  }
  database.admin.host = socket ? host : "";
  database.admin.port = database.application.port;
  database.admin.user = database.admin.os_user = "postgres";
  for (const char* key : {"host", "port", "user", "os_user"}) {
    origin(std::string("database.admin.") + key,
           "discovered: the server is on this host, postgres by its account");
  }
}

void Builder::takeRedis(const application::RedisFacts& tasks,
                        const application::RedisFacts& caching) {
  auto& redis = result_.instance.redis;
  if (result_.instance.product == config::Product::nautobot) return takeNautobotRedis();
  keep("redis.host", tasks.host, redis.host);
  keepNumber("redis.port", tasks.port, redis.port);
  keepNumber("redis.tasks_database", tasks.database, redis.tasks_database);
  keepNumber("redis.cache_database", caching.database, redis.cache_database);
  if (tasks.host.value && tasks.password != application::HasPassword::no) {
    redis.password = {config::PasswordReference::From::application, "redis.tasks"};
    origin("redis.password", from_settings_);
  }
}

/// Nautobot's own defaults (nautobot/core/settings.py of 2.x: NAUTOBOT_REDIS_HOST, broker in
/// database 0, cache in 1), unless its configuration has settings of its own for them.
void Builder::takeNautobotRedis() {
  auto& redis = result_.instance.redis;
  const auto remedy = "Set [instance." + result_.instance.name + ".redis] in the configuration.";
  const std::string text = world_.files.read(installation_.settings);
  for (const char* word : {"CACHES", "CELERY_BROKER_URL", "REDIS"}) {
    if (text.find(word) == std::string::npos) continue;
    return gap("redis", "Redis of " + result_.instance.name,
               fmt::format("{} has {} of its own", installation_.settings, word), remedy);
  }
  if (!installation_.environment) {
    return gap("redis", "Redis of " + result_.instance.name,
               "the environment of its service, which would name it, is not known", remedy);
  }
  const auto& environment = *installation_.environment;
  const auto value = [&](const char* name, const std::string& usual) {
    const auto found = environment.find(name);
    return found == environment.end() ? usual : found->second.reveal();
  };
  redis.host = value("NAUTOBOT_REDIS_HOST", "localhost");
  const std::string port = value("NAUTOBOT_REDIS_PORT", "6379");
  std::from_chars(port.data(), port.data() + port.size(), redis.port);
  redis.tasks_database = 0;
  redis.cache_database = 1;
  for (const char* key : {"host", "port", "tasks_database", "cache_database"}) {
    origin(std::string("redis.") + key,
           "discovered: environment of its service, Nautobot's defaults");
  }
  if (environment.contains("NAUTOBOT_REDIS_PASSWORD")) {
    gap("redis.password", "password of Redis", "it is in the environment of the service",
        "Put it into a file of mode 0600: password = { file = \"/etc/sotctl/redis.password\" }.");
  }
}

}  // namespace discover
