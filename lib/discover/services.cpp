#include "lib/discover/services.hpp"

#include <algorithm>

namespace discover {
namespace {

bool inside(const std::string& path, const std::string& root) {
  return path == root || path.starts_with(root + "/");
}

bool names(const std::string& command, const std::string& root) {
  for (auto at = command.find(root); at != std::string::npos; at = command.find(root, at + 1)) {
    const char after = at + root.size() < command.size() ? command[at + root.size()] : '\0';
    const bool starts = at == 0 || command[at - 1] == ' ' || command[at - 1] == '=';
    if (starts && (after == '/' || after == ' ' || after == '\0')) return true;
  }
  return false;
}

}  // namespace

config::ServiceRole roleOf(const service::Unit& unit) {
  const auto says = [&](const char* word) { return unit.command.find(word) != std::string::npos; };
  const auto called = [&](const char* word) { return unit.name.find(word) != std::string::npos; };
  if (says("rqworker") || (says("celery") && says("worker"))) return config::ServiceRole::worker;
  if (says("rqscheduler") || (says("celery") && says("beat"))) {
    return config::ServiceRole::scheduler;
  }
  if (says("gunicorn") || says("uwsgi") || says("nautobot-server start")) {
    return config::ServiceRole::application;
  }
  if (called("scheduler") || called("beat")) return config::ServiceRole::scheduler;
  if (called("-rq") || called("rq-") || called("worker")) return config::ServiceRole::worker;
  if (unit.name == "netbox.service" || unit.name == "nautobot.service") {
    return config::ServiceRole::application;
  }
  return config::ServiceRole::other;
}

std::vector<service::Unit> unitsOf(const std::vector<service::Unit>& units,
                                   const std::string& root) {
  std::vector<service::Unit> own;
  for (const auto& unit : units) {
    if (unit.type == "oneshot") continue;
    if (inside(unit.folder, root) || names(unit.command, root)) own.push_back(unit);
  }
  // The application first: a worker's jobs may call it.
  std::stable_sort(own.begin(), own.end(), [](const auto& a, const auto& b) {
    return static_cast<int>(roleOf(a)) < static_cast<int>(roleOf(b));
  });
  return own;
}

config::ServiceSettings serviceOf(const service::Unit& unit) {
  config::ServiceSettings service;
  service.name = unit.name.substr(0, unit.name.rfind(".service"));
  service.role = roleOf(unit);
  service.manager = config::ServiceManager::systemd;
  service.unit = unit.name;
  return service;
}

}  // namespace discover
