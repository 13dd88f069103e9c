#include "lib/config/config.hpp"
#include "lib/config/hosts.hpp"

namespace config {
namespace {

core::Json inJson(const PasswordReference& reference) {
  switch (reference.from) {
    case PasswordReference::From::none:
      break;
    case PasswordReference::From::file:
      return {{"file", reference.name}};
    case PasswordReference::From::environment:
      return {{"environment", reference.name}};
    case PasswordReference::From::application:
      return {{"application", true}};
  }
  return core::Json::object();
}

class Collector {
 public:
  void text(const std::string& key, const std::string& value) {
    if (!value.empty()) all_.push_back({prefix_ + key, value});
  }
  void value(const std::string& key, core::Json value) {
    all_.push_back({prefix_ + key, std::move(value)});
  }
  void password(const PasswordReference& reference) {
    if (reference.from != PasswordReference::From::none) value("password", inJson(reference));
  }
  void within(const std::string& prefix) { prefix_ = prefix; }
  std::vector<Entry> take() { return std::move(all_); }

 private:
  std::string prefix_;
  std::vector<Entry> all_;
};

void addLogin(Collector& to, const std::string& table, const DatabaseLogin& login) {
  if (login.user.empty()) return;
  to.within(table + ".");
  to.text("host", login.host);
  to.value("port", login.port);
  to.text("user", login.user);
  to.text("os_user", login.os_user);
  to.password(login.password);
}

core::Json inJson(const DatabaseLogin& login) {
  core::Json json = core::Json::object();
  if (!login.host.empty()) json["host"] = login.host;
  if (login.port != 0) json["port"] = login.port;
  json["user"] = login.user;
  if (!login.os_user.empty()) json["os_user"] = login.os_user;
  if (login.password.from != PasswordReference::From::none) {
    json["password"] = inJson(login.password);
  }
  return json;
}

void addNode(Collector& to, const NodeSettings& node) {
  to.within("node." + node.name + ".");
  to.text("name", node.name);
  to.text("host", node.host);
  to.text("address", node.address);
  to.value("port", node.port);
  to.text("data", node.data);
  to.text("tools", node.tools);
  to.text("service", node.service);
  to.value("admin", inJson(node.admin));
  if (!node.replication.user.empty()) to.value("replication", inJson(node.replication));
  to.text("slot", node.slot);
  if (node.fence.empty()) return;
  to.value("fence", node.fence);
  to.value("fence_status", node.fence_status);
  to.text("fenced", node.fenced);
}

void addBalancer(Collector& to, const BalancerSettings& balancer) {
  to.within("balancer." + balancer.name + ".");
  to.text("name", balancer.name);
  to.text("system", balancer.system);
  to.text("host", balancer.host);
  to.text("socket", balancer.socket);
  to.text("backend", balancer.backend);
  if (!balancer.servers.empty()) to.value("servers", balancer.servers);
  if (balancer.system != "command") return;
  to.value("pool", balancer.pool);
  to.value("depool", balancer.depool);
  to.value("status", balancer.status);
  to.text("pooled", balancer.pooled);
}

void addRedis(Collector& to, const RedisSettings& redis) {
  const RedisSettings usual;
  const bool named = !redis.host.empty() || !redis.socket.empty();
  const bool other = redis.tasks_database != usual.tasks_database ||
                     redis.cache_database != usual.cache_database ||
                     redis.password.from != PasswordReference::From::none;
  if (!named && !other) return;
  to.within("redis.");
  if (named && redis.socket.empty()) {
    to.text("host", redis.host);
    to.value("port", redis.port);
  }
  to.text("socket", redis.socket);
  to.value("tasks_database", redis.tasks_database);
  to.value("cache_database", redis.cache_database);
  to.password(redis.password);
}

void addHost(Collector& to, const HostSettings& host) {
  const ports::HostAddress& address = host.address;
  to.within("host." + address.name + ".");
  to.text("name", address.name);
  to.text("address", address.address);
  to.text("user", address.user);
  if (address.port != 0) to.value("port", address.port);
  to.value("transport", transportName(address.transport));
  to.value("sudo", sudoName(address.sudo));
  to.value("remote", remoteName(address.remote));
  to.text("ssh_config", address.ssh_config);
  std::vector<std::string> roles;
  for (const HostRole role : host.roles) roles.emplace_back(hostRoleName(role));
  if (!roles.empty()) to.value("roles", roles);
  to.text("site", host.site);
}

/// The hosts of a service, as they were configured.
std::vector<std::string> hostsOf(const Instance& instance, const ServiceSettings& service) {
  std::vector<std::string> hosts;
  for (const ServiceSettings& each : instance.services) {
    if (each.commonName() == service.commonName() && !each.host.empty()) hosts.push_back(each.host);
  }
  return hosts;
}

void addService(Collector& to, const ServiceSettings& service,
                const std::vector<std::string>& hosts) {
  if (!hosts.empty() && service.host != hosts.front()) return;  // told with the first
  to.within("service." + service.commonName() + ".");
  to.text("name", service.commonName());
  to.value("role", roleName(service.role));
  to.value("manager", managerName(service.manager));
  to.text("unit", service.unit);
  to.text("pid_file", service.pid_file);
  if (!service.start.empty()) to.value("start", service.start);
  to.text("user", service.user);
  to.text("directory", service.directory);
  to.text("log", service.log);
  to.text("project", service.project);
  if (!service.files.empty()) to.value("files", service.files);
  to.text("service", service.service);
  to.text("engine", service.engine);
  if (!service.build.empty()) to.value("build", service.build);
  to.text("heartbeat", service.heartbeat);
  if (service.spreads) to.value("spreads", true);
  if (!hosts.empty()) to.value("hosts", hosts);
}

void addDowntime(Collector& to, const DowntimeSettings& downtime, std::size_t number) {
  to.within("downtime." + std::to_string(number) + ".");
  to.text("system", downtime.system);
  to.text("url", downtime.url);
  to.text("user", downtime.user);
  to.password(downtime.password);
  if (!downtime.hosts.empty()) to.value("hosts", downtime.hosts);
  if (!downtime.matchers.empty()) to.value("matchers", downtime.matchers);
  if (!downtime.place.empty()) to.value("place", downtime.place);
  if (!downtime.list.empty()) to.value("list", downtime.list);
  if (!downtime.remove.empty()) to.value("remove", downtime.remove);
  to.value("minutes", downtime.minutes);
}

core::Json rules(const KeepSettings& keep) {
  core::Json json = core::Json::object();
  const auto add = [&](const char* key, int number) {
    if (number != 0) json[key] = number;
  };
  add("last", keep.last);
  add("hourly", keep.hourly);
  add("daily", keep.daily);
  add("weekly", keep.weekly);
  add("monthly", keep.monthly);
  add("yearly", keep.yearly);
  if (keep.within != core::Duration::zero()) {
    json["within"] =
        std::to_string(std::chrono::duration_cast<std::chrono::seconds>(keep.within).count()) + "s";
  }
  return json;
}

}  // namespace

std::vector<Entry> entries(const Instance& instance) {
  Collector to;
  to.value("product", productName(instance.product));
  to.value("environment", environmentName(instance.environment));
  to.text("root", instance.root);
  to.text("settings", instance.settings);
  to.text("interpreter", instance.interpreter);
  to.text("media", instance.media);
  if (!instance.managed.empty()) to.value("managed", instance.managed);
  for (const auto& host : instance.hosts) addHost(to, host);
  to.within("database.");
  to.text("name", instance.database.name);
  to.text("tools", instance.database.tools);
  to.text("service", instance.database.service);
  addLogin(to, "database.application", instance.database.application);
  addLogin(to, "database.admin", instance.database.admin);
  for (const auto& node : instance.nodes) addNode(to, node);
  for (const auto& balancer : instance.balancers) addBalancer(to, balancer);
  addRedis(to, instance.redis);
  for (const auto& service : instance.services) {
    addService(to, service, hostsOf(instance, service));
  }
  std::size_t number = 0;
  std::string pattern;
  for (const auto& probe : instance.probes) {
    if (!probe.pattern.empty() && probe.pattern == pattern) continue;  // told with the first
    pattern = probe.pattern;
    to.within("probe." + std::to_string(++number) + ".");
    to.text("url", probe.pattern.empty() ? probe.url : probe.pattern);
    to.value("status", probe.status);
    if (!probe.headers.empty()) to.value("headers", probe.headers);
  }
  for (const auto& check : instance.checks) {
    to.within("check." + check.name + ".");
    to.text("name", check.name);
    to.text("kind", check.kind);
    if (!check.arguments.empty()) to.value("with", check.arguments);
  }
  number = 0;
  for (const auto& downtime : instance.downtimes) addDowntime(to, downtime, ++number);
  to.within("backup.");
  to.text("folder", instance.backup.folder);
  to.value("jobs", instance.backup.jobs);
  if (!instance.backup.files.empty()) to.value("files", instance.backup.files);
  if (!instance.backup.keep.empty()) to.value("keep", rules(instance.backup.keep));
  return to.take();
}

}  // namespace config
