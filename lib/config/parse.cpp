#include <fmt/format.h>

#include <set>

#include "lib/config/table.hpp"
#include "lib/core/text.hpp"

namespace config {
namespace {

PasswordReference readPassword(Table& login, const std::string& application_name) {
  if (login.has("password") && !login.isTable("password")) {
    login.peek("password");
    login.complain("password",
                   "must say where the password is: { file = \"/etc/sotctl/netbox.password\" }, "
                   "{ environment = \"NAME\" } or { application = true }; never the password");
    return {};
  }
  auto table = login.table("password");
  if (!table) return {};
  const std::string file = table->absolutePath("file");
  const std::string variable = table->text("environment");
  const bool application = table->flag("application");
  table->finish();
  login.keepOrigin("password");
  if (!file.empty() + !variable.empty() + application != 1) {
    table->complainHere("needs exactly one of file, environment and application = true");
    return {};
  }
  if (!file.empty()) return {PasswordReference::From::file, file};
  if (application) return {PasswordReference::From::application, application_name};
  if (variable.find_first_of("= ") != std::string::npos) {
    table->complain("environment", "is not the name of a variable");
  }
  return {PasswordReference::From::environment, variable};
}

DatabaseLogin readLogin(Table& table, int default_port) {
  DatabaseLogin login;
  table.require("user", "user = \"netbox\"");
  login.host = table.text("host");
  login.port = table.number("port", default_port, 1, 65535);
  login.user = table.text("user");
  login.os_user = table.text("os_user");
  login.password = readPassword(table, "database");
  if (!login.os_user.empty() && !login.host.empty() && login.host[0] != '/') {
    table.complain("os_user", fmt::format("needs a socket folder as host, and host is \"{}\"",
                                          core::printable(login.host)));
  }
  table.finish();
  return login;
}

bool onThisHost(const std::string& host) {
  return host.empty() || host[0] == '/' || host == "localhost" || host == "127.0.0.1" ||
         host == "::1";
}

/// The login of the account postgres through the socket, as every package sets it up; only where
/// the server is on this host.
DatabaseLogin usualAdmin(const DatabaseLogin& application, const Table& database,
                         Origins& origins) {
  DatabaseLogin admin;
  admin.port = application.port;
  if (!onThisHost(application.host)) return admin;
  if (!application.host.empty() && application.host[0] == '/') admin.host = application.host;
  admin.user = "postgres";
  admin.os_user = "postgres";
  for (const char* key : {"port", "user", "os_user"}) {
    origins[database.path() + ".admin." + key] = "default: account postgres through the socket";
  }
  if (!admin.host.empty()) origins[database.path() + ".admin.host"] = "default: as application";
  return admin;
}

DatabaseSettings readDatabase(Table& table, Origins& origins) {
  DatabaseSettings database;
  table.require("name", "name = \"netbox\"");
  database.name = table.text("name");
  database.tools = table.absolutePath("tools");
  table.require("application", "application = { user = \"netbox\" }");
  if (auto login = table.table("application")) database.application = readLogin(*login, 5432);
  if (auto login = table.table("admin")) {
    database.admin = readLogin(*login, database.application.port);
  } else {
    database.admin = usualAdmin(database.application, table, origins);
  }
  table.finish();
  return database;
}

RedisSettings readRedis(Table& table) {
  RedisSettings redis;
  if (table.has("socket") && table.has("host")) {
    table.complain("socket", "stands instead of host and port: keep one of them");
  }
  redis.socket = table.absolutePath("socket");
  redis.host = table.text("host", "localhost");
  redis.port = table.number("port", 6379, 1, 65535);
  redis.tasks_database = table.number("tasks_database", 0, 0, 65535);
  redis.cache_database = table.number("cache_database", 1, 0, 65535);
  redis.password = readPassword(table, "redis.tasks");
  table.finish();
  return redis;
}

ServiceRole roleOf(const std::string& word) {
  for (const auto role : {ServiceRole::application, ServiceRole::worker, ServiceRole::scheduler,
                          ServiceRole::web, ServiceRole::database, ServiceRole::redis}) {
    if (word == roleName(role)) return role;
  }
  return ServiceRole::other;
}

void checkManager(Table& table, const ServiceSettings& service) {
  if (service.manager == ServiceManager::systemd) {
    for (const char* key : {"pid_file", "start", "user", "directory"}) {
      if (table.has(key)) table.complain(key, "is only for manager = \"pid_file\"");
    }
    return;
  }
  if (table.has("unit")) table.complain("unit", "is only for manager = \"systemd\"");
  table.require("pid_file", "pid_file = \"/run/netbox/netbox.pid\"");
  table.require("start", "start = [\"/opt/netbox/venv/bin/gunicorn\", \"--daemon\"]");
  if (!service.start.empty() && service.start[0].find('/') != 0) {
    table.complain("start", "begins with a program that is no whole path");
  }
  if (table.has("start") && service.start.empty()) table.complain("start", "names no program");
}

ServiceSettings readService(Table& table) {
  ServiceSettings service;
  table.require("name", "name = \"netbox\"");
  table.require("role", "role = \"application\"");
  if (const std::string name = table.peek("name"); !name.empty()) {
    // Named by the service from here on: stable when another one is put in front.
    table.setPath(table.path().substr(0, table.path().rfind('.') + 1) + name);
  }
  service.name = table.text("name");
  service.role = roleOf(table.word(
      "role", {"application", "worker", "scheduler", "web", "database", "redis", "other"}, {}));
  const std::string usual = table.has("pid_file") ? "pid_file" : "systemd";
  service.manager = table.word("manager", {"systemd", "pid_file"}, usual) == "systemd"
                        ? ServiceManager::systemd
                        : ServiceManager::pid_file;
  const bool systemd = service.manager == ServiceManager::systemd;
  service.unit = table.text("unit", systemd ? service.name + ".service" : "");
  if (systemd && service.unit.find('.') == std::string::npos) service.unit += ".service";
  service.pid_file = table.absolutePath("pid_file");
  service.start = table.texts("start");
  service.user = table.text("user");
  service.directory = table.absolutePath("directory");
  service.log = table.absolutePath("log");
  checkManager(table, service);
  table.finish();
  return service;
}

std::vector<ServiceSettings> readServices(Table& instance) {
  std::vector<ServiceSettings> services;
  std::map<std::string, std::uint32_t> seen;
  for (Table& table : instance.tables("service")) {
    const std::uint32_t line = table.line();
    ServiceSettings service = readService(table);
    for (const auto& [kind, value] : {std::pair{std::string("name"), service.name},
                                      std::pair{std::string("unit"), service.unit},
                                      std::pair{std::string("pid_file"), service.pid_file}}) {
      if (value.empty()) continue;
      const auto [first, is_new] = seen.try_emplace(kind + " " + value, line);
      if (is_new) continue;
      table.complain(kind, fmt::format("\"{}\" belongs to the service of line {} already",
                                       core::printable(value), first->second));
      break;
    }
    services.push_back(std::move(service));
  }
  return services;
}

ProbeSettings readProbe(Table& table) {
  ProbeSettings probe;
  table.require("url", "url = \"http://localhost:8001/login/\"");
  probe.url = table.text("url");
  if (!probe.url.empty() && !probe.url.starts_with("http://") &&
      !probe.url.starts_with("https://")) {
    table.complain("url", "must begin with http:// or https://");
  }
  const auto host = probe.url.substr(0, probe.url.find('/', probe.url.find("://") + 3));
  if (host.find('@') != std::string::npos) {
    table.complain("url", "holds a name and password: probes are asked without a login");
  }
  probe.status = table.number("status", 200, 100, 599);
  probe.headers = table.textTable("headers");
  for (const auto& [name, value] : probe.headers) {
    std::string lower = name;
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (lower == "authorization" || lower == "cookie") {
      table.complain("headers",
                     fmt::format("holds a secret in {}: probes are asked without a login",
                                 core::printable(name)));
    }
  }
  table.finish();
  return probe;
}

KeepSettings readKeep(Table& table) {
  KeepSettings keep;
  const auto count = [&](const char* key) { return table.number(key, 0, 0, 10000); };
  keep.last = count("last");
  keep.hourly = count("hourly");
  keep.daily = count("daily");
  keep.weekly = count("weekly");
  keep.monthly = count("monthly");
  keep.yearly = count("yearly");
  const std::string within = table.text("within");
  if (const auto duration = core::parseDuration(within)) {
    keep.within = *duration;
  } else if (!within.empty()) {
    table.complain("within", fmt::format("is \"{}\"; it must be a duration such as \"48h\" or "
                                         "\"3d\"",
                                         core::printable(within)));
  }
  table.finish();
  if (keep.empty()) table.complainHere("keeps nothing: give at least one rule, such as daily = 7");
  return keep;
}

BackupSettings readBackup(Table& table) {
  BackupSettings backup;
  backup.folder = table.absolutePath("folder", backup.folder);
  backup.jobs = table.number("jobs", 0, 0, 64);
  if (auto keep = table.table("keep")) {
    backup.keep = readKeep(*keep);
    table.keepOrigin("keep");
  }
  table.finish();
  return backup;
}

Environment readEnvironment(Table& table, const std::string& name, Config& config) {
  const std::string word = table.text("environment");
  for (const auto one : {Environment::production, Environment::staging, Environment::development}) {
    if (word == environmentName(one)) return one;
  }
  table.origin("environment", "default: it can't be found out");
  if (!table.has("environment")) {
    config.remarks.push_back(
        fmt::format("instance {} has no environment: it counts as production", name));
  } else if (!word.empty()) {
    config.remarks.push_back(fmt::format(
        "instance {} has the environment \"{}\", which is none of production, staging and "
        "development: it counts as production",
        name, core::printable(word)));
  }
  return Environment::production;
}

Instance readInstance(const std::string& name, Table& table, Config& config) {
  Instance instance;
  instance.name = name;
  if (!validInstanceName(name)) {
    table.complainHere(
        "has a name that can't be used: 1 to 32 lower-case letters, digits, - and _, beginning "
        "with a letter or digit");
  }
  table.require("product", "product = \"netbox\"");
  instance.product = table.word("product", {"netbox", "nautobot"}, "") == "nautobot"
                         ? Product::nautobot
                         : Product::netbox;
  instance.environment = readEnvironment(table, name, config);
  instance.root = table.absolutePath("root");
  instance.settings = table.absolutePath("settings");
  instance.interpreter = table.absolutePath("interpreter");
  instance.media = table.absolutePath("media");
  addUsualPaths(instance, config.origins);
  table.require("database", "[instance.netbox.database]");
  if (auto database = table.table("database")) {
    instance.database = readDatabase(*database, config.origins);
  }
  if (auto redis = table.table("redis")) {
    instance.redis = readRedis(*redis);
  } else {
    instance.redis.host.clear();
  }
  instance.services = readServices(table);
  for (Table& probe : table.tables("probe")) instance.probes.push_back(readProbe(probe));
  if (auto backup = table.table("backup")) {
    instance.backup = readBackup(*backup);
  } else {
    config.origins[table.path() + ".backup.folder"] = "default";
    config.origins[table.path() + ".backup.jobs"] = "default";
  }
  table.finish();
  return instance;
}

toml::table syntax(const std::string& text, const std::string& file) {
  try {
    return toml::parse(text, file);
  } catch (const toml::parse_error& error) {
    Complaints complaints(file);
    complaints.add(error.source().begin.line,
                   fmt::format("not TOML at column {}: {}", error.source().begin.column,
                               core::printable(error.description())));
    complaints.raise();
    throw;
  }
}

}  // namespace

void addUsualPaths(Instance& instance, Origins& origins) {
  if (instance.root.empty()) return;
  const bool netbox = instance.product == Product::netbox;
  const std::string& root = instance.root;
  const auto fill = [&](std::string& value, const char* key, const std::string& usual) {
    if (!value.empty()) return;
    value = usual;
    origins["instance." + instance.name + "." + key] = "default: below root";
  };
  fill(instance.settings, "settings",
       root + (netbox ? "/netbox/netbox/configuration.py" : "/nautobot_config.py"));
  fill(instance.interpreter, "interpreter", root + (netbox ? "/venv/bin/python" : "/bin/python"));
  fill(instance.media, "media", root + (netbox ? "/netbox/media" : "/media"));
}

Config parse(const std::string& text, const std::string& file) {
  Config config;
  config.file = file;
  const toml::table document = syntax(text, file);
  Complaints complaints(file);
  Table top(document, "", 1, complaints, config.origins);
  top.require("format", "format = 1");
  if (const int format = top.number("format", 1, 1, 1000); format > 1) {
    top.complain("format",
                 fmt::format("is {}; this sotctl reads format 1: use a newer one", format));
  }
  config.state = top.absolutePath("state");
  top.require("instance", "[instance.netbox]");
  if (auto instances = top.table("instance")) {
    for (const std::string& name : instances->keys()) {
      if (auto one = instances->table(name)) {
        config.instances.push_back(readInstance(name, *one, config));
      }
    }
    if (instances->keys().empty()) instances->complainHere("names no instance");
    instances->finish();
  }
  top.finish();
  complaints.raise();
  return config;
}

}  // namespace config
