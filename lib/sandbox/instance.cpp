#include <fmt/format.h>

#include "lib/core/text.hpp"
#include "lib/sandbox/programs.hpp"
#include "lib/sandbox/servers.hpp"

namespace sandbox {
namespace {

/// A TOML string. The folder's name holds nothing that would need more (see checkFolder()).
std::string quoted(const std::string& text) { return "\"" + text + "\""; }

std::string list(const std::vector<std::string>& words) {
  std::vector<std::string> parts;
  for (const auto& word : words) parts.push_back(quoted(word));
  return "[" + core::join(parts, ", ") + "]";
}

std::string serviceText(const config::Instance& instance, const config::ServiceSettings& service) {
  std::string text = fmt::format("\n[[instance.{}.service]]\n", instance.name);
  text += fmt::format("name = {}\n", quoted(service.name));
  text += fmt::format("role = {}\n", quoted(config::roleName(service.role)));
  text += fmt::format("pid_file = {}\n", quoted(service.pid_file));
  text += fmt::format("start = {}\n", list(service.start));
  text += fmt::format("user = {}\n", quoted(service.user));
  text += fmt::format("directory = {}\n", quoted(service.directory));
  text += fmt::format("log = {}\n", quoted(service.log));
  return text;
}

std::string databaseText(const config::Instance& instance) {
  const auto& database = instance.database;
  return fmt::format(
      R"(
[instance.{instance}.database]
name = "{name}"
tools = "{tools}"
application = {{ host = "{host}", port = {port}, user = "{user}", password = {{ file = "{password}" }} }}
admin = {{ host = "{socket}", port = {port}, user = "{admin}" }}
)",
      fmt::arg("instance", instance.name), fmt::arg("name", database.name),
      fmt::arg("tools", database.tools), fmt::arg("host", database.application.host),
      fmt::arg("port", database.application.port), fmt::arg("user", database.application.user),
      fmt::arg("password", database.application.password.name),
      fmt::arg("socket", database.admin.host), fmt::arg("admin", database.admin.user));
}

std::string nodeText(const config::Instance& instance, const config::NodeSettings& node) {
  return fmt::format(
      R"(
[[instance.{instance}.node]]
name = "{name}"
address = "{address}"
port = {port}
data = "{data}"
tools = "{tools}"
admin = {{ host = "{socket}", port = {port}, user = "{admin}" }}
replication = {{ user = "{user}", password = {{ file = "{password}" }} }}
slot = "{slot}"
)",
      fmt::arg("instance", instance.name), fmt::arg("name", node.name),
      fmt::arg("address", node.address), fmt::arg("port", node.port), fmt::arg("data", node.data),
      fmt::arg("tools", node.tools), fmt::arg("socket", node.admin.host),
      fmt::arg("admin", node.admin.user), fmt::arg("user", node.replication.user),
      fmt::arg("password", node.replication.password.name), fmt::arg("slot", node.slot));
}

config::NodeSettings node(const Layout& layout, const State& state, const std::string& name,
                          const std::string& data, int port) {
  config::NodeSettings node;
  node.name = name;
  node.address = "127.0.0.1";
  node.port = port;
  node.data = data;
  node.tools = state.tools;
  node.admin = {layout.run(), port, "postgres", {}, {}};
  node.replication.user = "replicator";
  node.replication.port = 0;
  node.replication.password = {config::PasswordReference::From::file, layout.replication()};
  node.slot = name;
  return node;
}

config::ServiceSettings application(const Layout& layout, const State& state) {
  config::ServiceSettings service;
  service.name = "app";
  service.role = config::ServiceRole::application;
  service.manager = config::ServiceManager::pid_file;
  service.pid_file = layout.run() + "/app.pid";
  service.start = {kGunicorn,        "--daemon", "--pid",
                   service.pid_file, "--config", layout.app() + "/gunicorn.py",
                   "netbox.wsgi"};
  service.user = state.account;
  service.directory = layout.app();
  service.log = layout.log() + "/app.log";
  return service;
}

config::ServiceSettings worker(const Layout& layout, const State& state) {
  config::ServiceSettings service;
  service.name = "worker";
  service.role = config::ServiceRole::worker;
  service.manager = config::ServiceManager::pid_file;
  service.pid_file = layout.run() + "/worker.pid";
  service.log = layout.log() + "/worker.log";
  service.start = {layout.python(), layout.app() + "/netbox/manage.py",
                   "rqworker",      "--daemon",
                   "--pid",         service.pid_file,
                   "--log",         service.log};
  service.user = state.account;
  service.directory = layout.app();
  return service;
}

}  // namespace

config::Instance instanceOf(const Layout& layout, const State& state) {
  config::Instance instance;
  instance.name = "sandbox";
  instance.product = config::Product::netbox;
  instance.environment = config::Environment::development;
  instance.root = layout.app();
  instance.settings = layout.settings();
  instance.interpreter = layout.python();
  instance.media = layout.media();
  instance.database.name = "netbox";
  instance.database.tools = state.tools;
  instance.database.application = {"127.0.0.1",
                                   state.ports.postgres,
                                   "netbox",
                                   {config::PasswordReference::From::file, layout.password()},
                                   {}};
  instance.database.admin = {layout.run(), state.ports.postgres, "postgres", {}, {}};
  if (state.pair) {
    instance.nodes = {node(layout, state, "postgres", layout.postgres(), state.ports.postgres),
                      node(layout, state, "standby", layout.standby(), state.ports.standby)};
  }
  instance.redis.host = "127.0.0.1";
  instance.redis.port = state.ports.redis;
  instance.services = {application(layout, state), worker(layout, state)};
  const std::string url = fmt::format("http://127.0.0.1:{}", state.ports.application);
  instance.probes = {{url + "/login/", 200, {}}, {url + "/api/status/", 200, {}}};
  instance.backup.folder = layout.backups();
  return instance;
}

std::string configurationText(const Layout& layout, const State& state) {
  const auto instance = instanceOf(layout, state);
  std::string text = fmt::format(
      "# A sandbox. Written by `sotctl sandbox up`, again whenever a port changes.\nformat = 1\n"
      "state = \"{}/state\"\n\n"
      "[instance.{}]\n",
      layout.root, instance.name);
  text += fmt::format("product = \"{}\"\n", config::productName(instance.product));
  text += fmt::format("environment = \"{}\"\n", config::environmentName(instance.environment));
  text += fmt::format("root = \"{}\"\n", instance.root);
  text += fmt::format("settings = \"{}\"\n", instance.settings);
  text += fmt::format("interpreter = \"{}\"\n", instance.interpreter);
  text += fmt::format("media = \"{}\"\n", instance.media);
  text += databaseText(instance);
  for (const auto& each : instance.nodes) text += nodeText(instance, each);
  text += fmt::format("\n[instance.{}.redis]\nhost = \"{}\"\nport = {}\n", instance.name,
                      instance.redis.host, instance.redis.port);
  for (const auto& service : instance.services) text += serviceText(instance, service);
  for (const auto& probe : instance.probes) {
    text += fmt::format("\n[[instance.{}.probe]]\nurl = \"{}\"\n", instance.name, probe.url);
  }
  text += fmt::format(
      "\n[instance.{}.api]\nurl = \"{}\"\ntoken = {{ file = \"{}\" }}\nuser = \"{}\"\n"
      "password = {{ file = \"{}\" }}\n",
      instance.name, fmt::format("http://127.0.0.1:{}", state.ports.application), layout.token(),
      "sandbox", layout.login());
  text += fmt::format("\n[instance.{}.backup]\nfolder = \"{}\"\n", instance.name,
                      instance.backup.folder);
  return text;
}

}  // namespace sandbox
