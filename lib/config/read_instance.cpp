#include <fmt/format.h>

#include <algorithm>

#include "lib/config/read.hpp"
#include "lib/core/text.hpp"

namespace config {
namespace {

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

/// The container that the database's server runs in is found as the service is.
void checkDatabaseService(Table& table, const Instance& instance) {
  const std::string& wanted = instance.database.service;
  if (wanted.empty()) return;
  for (const ServiceSettings& each : instance.services) {
    if (each.name == wanted && each.manager == ServiceManager::compose && each.host.empty()) {
      return;
    }
  }
  table.complain("database",
                 fmt::format("has service = \"{}\", and no [[instance.{}.service]] of a compose "
                             "project on this host has that name",
                             core::printable(wanted), instance.name));
}

bool inContainer(const Instance& instance, ServiceRole role) {
  return std::any_of(instance.services.begin(), instance.services.end(), [&](const auto& service) {
    return service.role == role && service.manager == ServiceManager::compose;
  });
}

}  // namespace

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
  instance.hosts = readHosts(table);
  instance.services = readServices(table);
  if (auto redis = table.table("redis")) {
    const bool named = redis->has("host") || redis->has("socket");
    instance.redis = readRedis(*redis);
    // That of a container is asked inside it.
    if (!named && inContainer(instance, ServiceRole::redis)) instance.redis.host.clear();
  } else {
    instance.redis.host.clear();
  }
  checkServiceHosts(table, instance);
  checkDatabaseService(table, instance);
  instance.nodes = readNodes(table);
  checkNodes(table, instance);
  for (Table& table_of_probe : table.tables("probe")) {
    for (ProbeSettings& probe : readProbe(table_of_probe, instance.hosts)) {
      instance.probes.push_back(std::move(probe));
    }
  }
  for (Table& check : table.tables("check")) instance.checks.push_back(readCheck(check));
  for (Table& downtime : table.tables("downtime")) {
    instance.downtimes.push_back(readDowntime(downtime));
  }
  instance.balancers = readBalancers(table, instance.hosts);
  instance.managed = table.textTable("managed");
  readOutside(table);  // looked at for mistakes; whoever needs it reads it again
  if (auto backup = table.table("backup")) {
    instance.backup = readBackup(*backup);
  } else {
    config.origins[table.path() + ".backup.folder"] = "default";
    config.origins[table.path() + ".backup.jobs"] = "default";
  }
  table.finish();
  return instance;
}

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

}  // namespace config
