#include "lib/config/instance.hpp"

namespace config {

const char* productName(Product product) {
  switch (product) {
    case Product::netbox:
      return "netbox";
    case Product::nautobot:
      return "nautobot";
  }
  return "netbox";
}

const char* environmentName(Environment environment) {
  switch (environment) {
    case Environment::production:
      return "production";
    case Environment::staging:
      return "staging";
    case Environment::development:
      return "development";
  }
  return "production";
}

const char* hostRoleName(HostRole role) {
  switch (role) {
    case HostRole::frontend:
      return "frontend";
    case HostRole::worker:
      return "worker";
    case HostRole::primary:
      return "primary";
    case HostRole::standby:
      return "standby";
    case HostRole::redis:
      return "redis";
  }
  return "frontend";
}

const char* roleName(ServiceRole role) {
  switch (role) {
    case ServiceRole::application:
      return "application";
    case ServiceRole::worker:
      return "worker";
    case ServiceRole::scheduler:
      return "scheduler";
    case ServiceRole::web:
      return "web";
    case ServiceRole::database:
      return "database";
    case ServiceRole::redis:
      return "redis";
    case ServiceRole::other:
      return "other";
  }
  return "other";
}

const char* managerName(ServiceManager manager) {
  switch (manager) {
    case ServiceManager::systemd:
      return "systemd";
    case ServiceManager::pid_file:
      return "pid_file";
    case ServiceManager::compose:
      return "compose";
  }
  return "systemd";
}

bool validInstanceName(std::string_view name) {
  constexpr std::string_view kFirst = "abcdefghijklmnopqrstuvwxyz0123456789";
  constexpr std::string_view kAll = "abcdefghijklmnopqrstuvwxyz0123456789-_";
  return !name.empty() && name.size() <= 32 && kFirst.find(name[0]) != std::string_view::npos &&
         name.find_first_not_of(kAll) == std::string_view::npos;
}

}  // namespace config
