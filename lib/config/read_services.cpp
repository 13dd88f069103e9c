#include <fmt/format.h>

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

}  // namespace

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

}  // namespace config
