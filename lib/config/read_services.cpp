#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "lib/config/read.hpp"
#include "lib/core/text.hpp"

namespace config {
namespace {

ServiceRole roleOf(const std::string& word) {
  for (const auto role : {ServiceRole::application, ServiceRole::worker, ServiceRole::scheduler,
                          ServiceRole::web, ServiceRole::database, ServiceRole::redis}) {
    if (word == roleName(role)) return role;
  }
  return ServiceRole::other;
}

/// Keys that belong to one manager alone.
void refuseForeignKeys(Table& table, ServiceManager manager) {
  struct Own {
    ServiceManager manager;
    std::vector<const char*> keys;
  };
  const std::vector<Own> all{
      {ServiceManager::systemd, {"unit"}},
      {ServiceManager::pid_file, {"pid_file", "start", "user", "directory"}},
      {ServiceManager::compose, {"project", "files", "service", "engine", "build"}}};
  for (const Own& own : all) {
    if (own.manager == manager) continue;
    for (const char* key : own.keys) {
      if (!table.has(key)) continue;
      table.complain(key, fmt::format("is only for manager = \"{}\"", managerName(own.manager)));
    }
  }
}

void checkManager(Table& table, const ServiceSettings& service) {
  refuseForeignKeys(table, service.manager);
  switch (service.manager) {
    case ServiceManager::systemd:
      return;
    case ServiceManager::compose:
      table.require("project", "project = \"netbox-docker\"");
      for (const std::string& file : service.files) {
        if (!file.starts_with('/')) table.complain("files", "has a path that is not whole");
      }
      return;
    case ServiceManager::pid_file:
      break;
  }
  table.require("pid_file", "pid_file = \"/run/netbox/netbox.pid\"");
  table.require("start", "start = [\"/opt/netbox/venv/bin/gunicorn\", \"--daemon\"]");
  if (!service.start.empty() && service.start[0].find('/') != 0) {
    table.complain("start", "begins with a program that is no whole path");
  }
  if (table.has("start") && service.start.empty()) table.complain("start", "names no program");
}

ServiceManager managerOf(Table& table) {
  const std::string usual = table.has("pid_file")  ? "pid_file"
                            : table.has("project") ? "compose"
                                                   : "systemd";
  const std::string word = table.word("manager", {"systemd", "pid_file", "compose"}, usual);
  for (const auto one : {ServiceManager::pid_file, ServiceManager::compose}) {
    if (word == managerName(one)) return one;
  }
  return ServiceManager::systemd;
}

/// A service of several hosts is one for each of them.
std::vector<ServiceSettings> onEachHost(const ServiceSettings& service,
                                        const std::vector<std::string>& hosts) {
  std::vector<ServiceSettings> all(std::max<std::size_t>(hosts.size(), 1), service);
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    all[i].host = hosts[i];
    if (hosts.size() == 1) continue;
    all[i].shared = service.name;
    all[i].name = service.name + "@" + hosts[i];
  }
  return all;
}

std::vector<ServiceSettings> readService(Table& table) {
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
  service.manager = managerOf(table);
  const bool systemd = service.manager == ServiceManager::systemd;
  service.unit = table.text("unit", systemd ? service.name + ".service" : "");
  if (systemd && service.unit.find('.') == std::string::npos) service.unit += ".service";
  service.pid_file = table.absolutePath("pid_file");
  service.start = table.texts("start");
  service.user = table.text("user");
  service.directory = table.absolutePath("directory");
  service.log = table.absolutePath("log");
  service.project = table.text("project");
  service.files = table.texts("files");
  const bool compose = service.manager == ServiceManager::compose;
  service.service = table.text("service", compose ? service.name : "");
  service.engine = table.text("engine");
  service.build = table.texts("build");
  if (!service.build.empty() && !service.build.front().starts_with('/')) {
    table.complain("build", "begins with a program that is no whole path");
  }
  service.heartbeat = table.absolutePath("heartbeat");
  service.spreads = table.flag("spreads");
  const std::vector<std::string> hosts = table.texts("hosts");
  checkManager(table, service);
  table.finish();
  return onEachHost(service, hosts);
}

/// Two projects may have services of one name.
std::string composeName(const ServiceSettings& service) {
  return service.service.empty() ? "" : service.project + "/" + service.service;
}

/// No two services are called alike, and on one host none is in the table twice.
void refuseTwice(Table& table, const ServiceSettings& service, std::uint32_t line,
                 std::map<std::string, std::uint32_t>& seen) {
  struct Mark {
    const char* key;
    std::string value;
    std::string host;
  };
  for (const Mark& mark : {Mark{"name", service.name, ""}, Mark{"unit", service.unit, service.host},
                           Mark{"service", composeName(service), service.host},
                           Mark{"pid_file", service.pid_file, service.host}}) {
    if (mark.value.empty()) continue;
    const auto [first, is_new] =
        seen.try_emplace(fmt::format("{} {} {}", mark.key, mark.host, mark.value), line);
    if (is_new) continue;
    table.complain(mark.key, fmt::format("\"{}\" belongs to the service of line {} already",
                                         core::printable(mark.value), first->second));
    return;
  }
}

}  // namespace

std::vector<ServiceSettings> readServices(Table& instance) {
  std::vector<ServiceSettings> services;
  std::map<std::string, std::uint32_t> seen;
  for (Table& table : instance.tables("service")) {
    const std::uint32_t line = table.line();
    for (ServiceSettings& service : readService(table)) {
      refuseTwice(table, service, line, seen);
      services.push_back(std::move(service));
    }
  }
  return services;
}

}  // namespace config
