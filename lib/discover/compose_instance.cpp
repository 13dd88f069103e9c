#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "lib/core/text.hpp"
#include "lib/discover/compose.hpp"

namespace discover {
namespace {

using config::ServiceRole;

/// Start order: what others need first. The application comes before its workers, as its container
/// runs the migrations when it starts.
int rank(ServiceRole role) {
  switch (role) {
    case ServiceRole::database:
      return 0;
    case ServiceRole::redis:
      return 1;
    case ServiceRole::application:
      return 2;
    case ServiceRole::worker:
      return 3;
    case ServiceRole::scheduler:
      return 4;
    case ServiceRole::other:
      return 5;
    case ServiceRole::web:
      return 6;
  }
  return 5;
}

/// Puts one instance together.
class FromProject {
 public:
  FromProject(const ComposeProject& project, std::string name, const std::string& engine)
      : project_(project), engine_(engine) {
    auto& instance = result_.instance;
    instance.name = std::move(name);
    instance.product = project.product;
    instance.redis.host.clear();
    result_.version = application::Setting::missing("its code is in containers");
    origin("product", "containers of compose project " + project.name);
    origin("environment", "default: it can't be found out, so it counts as production");
    origin("backup.folder", "default");
    origin("backup.jobs", "default");
    for (const auto& part : project.parts) by_role_.emplace(rank(roleOf(part)), &part);
  }

  void takeServices() {
    for (const auto& [order, part] : by_role_) {
      config::ServiceSettings service;
      service.name = part->name;
      service.role = roleOf(*part);
      service.manager = config::ServiceManager::compose;
      service.project = project_.name;
      service.service = part->name;
      service.engine = engine_;
      origin("service." + part->name + ".role",
             fmt::format("compose service {} of project {}", part->name, project_.name));
      result_.instance.services.push_back(std::move(service));
    }
  }

  void takeDatabase() {
    const bool netbox = project_.product == config::Product::netbox;
    const std::string prefix = netbox ? "DB_" : "NAUTOBOT_DB_";
    auto& database = result_.instance.database;
    database.name = said(prefix + "NAME", "POSTGRES_DB", "database.name");
    database.application.user = said(prefix + "USER", "POSTGRES_USER", "database.application.user");
    const ComposePart* server = first(ServiceRole::database);
    const auto published = server == nullptr ? std::string() : portOf(*server, 5432);
    if (!published.empty()) {
      const auto colon = published.rfind(':');
      database.application.host = published.substr(0, colon);
      std::from_chars(published.data() + colon + 1, published.data() + published.size(),
                      database.application.port);
      origin("database.application.host", "published port of compose service " + server->name);
    } else {
      database.application.host = said(prefix + "HOST", "", "database.application.host");
      gap("database.application.host", "address of the database",
          fmt::format("\"{}\" is known to containers alone, and no port of it is published",
                      core::printable(database.application.host)),
          "Publish it to this host: ports: [\"127.0.0.1:5432:5432\"].");
    }
    gap("database.application.password", "password of the database", "it is in a container",
        "Put it into a file of mode 0600: password = { file = \"/etc/sotctl/database.password\" "
        "}.");
  }

  void takeRedis() {
    const std::string prefix = project_.product == config::Product::netbox ? "" : "NAUTOBOT_";
    auto& redis = result_.instance.redis;
    number(prefix + "REDIS_DATABASE", redis.tasks_database);
    number(prefix + "REDIS_CACHE_DATABASE", redis.cache_database);
    // Where the cache has a Redis of its own, the one with the jobs stands first.
    const std::string host = value(prefix + "REDIS_HOST");
    auto& services = result_.instance.services;
    std::stable_partition(services.begin(), services.end(),
                          [](const auto& one) { return one.role == ServiceRole::database; });
    const auto begin = std::find_if(services.begin(), services.end(),
                                    [](const auto& one) { return one.role == ServiceRole::redis; });
    const auto end = std::find_if(begin, services.end(),
                                  [](const auto& one) { return one.role != ServiceRole::redis; });
    std::stable_partition(begin, end, [&](const auto& one) { return one.name == host; });
  }

  void takeProbe() {
    for (const ServiceRole role : {ServiceRole::web, ServiceRole::application}) {
      const ComposePart* part = first(role);
      if (part == nullptr || part->ports.empty()) continue;
      config::ProbeSettings probe;
      std::string base = value("BASE_PATH");
      while (base.starts_with('/')) base.erase(0, 1);
      while (base.ends_with('/')) base.pop_back();
      // Published for TLS inside, it has a name that only its certificate knows.
      const auto plain = std::find_if(part->ports.begin(), part->ports.end(), [](const auto& one) {
        return one.first != 443 && one.first != 8443;
      });
      if (plain == part->ports.end()) continue;
      probe.url = fmt::format("http://{}/{}login/", plain->second, base.empty() ? "" : base + "/");
      origin("probe.1.url", "published port of compose service " + part->name);
      const std::string hosts = value(
          project_.product == config::Product::netbox ? "ALLOWED_HOSTS" : "NAUTOBOT_ALLOWED_HOSTS");
      const std::string name = hosts.substr(0, hosts.find_first_of(", "));
      if (!name.empty() && hosts.find('*') == std::string::npos) probe.headers["Host"] = name;
      result_.instance.probes.push_back(std::move(probe));
      return;
    }
    gap("probe", "address that a healthy " + result_.instance.name + " answers",
        "no port of its containers is published",
        "Set [[instance." + result_.instance.name + ".probe]] with url = \"http://…/login/\".");
  }

  Discovered take() { return std::move(result_); }

 private:
  void origin(const std::string& key, const std::string& from) {
    result_.origins["instance." + result_.instance.name + "." + key] =
        from.starts_with("default") ? from : "discovered: " + from;
  }

  void gap(const std::string& id, const std::string& subject, const std::string& why,
           const std::string& hint) {
    result_.gaps.push_back({"discover." + id, subject, core::Outcome::unknown, why, "", hint});
  }

  const ComposePart* first(ServiceRole role) const {
    const auto found = by_role_.find(rank(role));
    return found == by_role_.end() ? nullptr : found->second;
  }

  static std::string portOf(const ComposePart& part, int inside) {
    const auto found = part.ports.find(inside);
    return found == part.ports.end() ? std::string() : found->second;
  }

  static std::string valueIn(const ComposePart* part, const std::string& name) {
    if (part == nullptr) return {};
    const auto found = part->environment.find(name);
    return found == part->environment.end() ? std::string() : found->second.reveal();
  }

  /// Of the application's own environment; never used for a secret.
  std::string value(const std::string& name) const {
    for (const ServiceRole role : {ServiceRole::application, ServiceRole::worker}) {
      if (const auto found = valueIn(first(role), name); !found.empty()) return found;
    }
    return {};
  }

  /// What the application says, else its server, else the product's own default.
  std::string said(const std::string& name, const std::string& of_server, const std::string& key) {
    if (const std::string own = value(name); !own.empty()) {
      origin(key, "environment of the application's container");
      return own;
    }
    if (const std::string other = valueIn(first(ServiceRole::database), of_server);
        !of_server.empty() && !other.empty()) {
      origin(key, "environment of the database's container");
      return other;
    }
    const std::string usual = config::productName(project_.product);
    origin(key, "default of the product's image");
    return of_server.empty() ? std::string() : usual;
  }

  void number(const std::string& name, int& to) {
    const std::string text = value(name);
    std::from_chars(text.data(), text.data() + text.size(), to);
  }

  const ComposeProject& project_;
  std::string engine_;
  std::multimap<int, const ComposePart*> by_role_;
  Discovered result_;
};

}  // namespace

Discovered discoverProject(const ComposeProject& project, std::string name,
                           const std::string& engine) {
  FromProject from(project, std::move(name), engine);
  from.takeServices();
  from.takeDatabase();
  from.takeRedis();
  from.takeProbe();
  return from.take();
}

}  // namespace discover
