#include "lib/config/hosts.hpp"

#include "lib/config/config.hpp"
#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"
#include "tests/support/kinds.hpp"

using Catch::Matchers::Contains;
using ports::HostAddress;

namespace {

std::string file(const std::string& rest) {
  return "format = 1\n[instance.netbox]\nproduct = \"netbox\"\nenvironment = \"staging\"\n"
         "[instance.netbox.database]\nname = \"netbox\"\napplication = { user = \"netbox\" }\n" +
         rest;
}

constexpr const char* kTwo = R"([[instance.netbox.host]]
name = "web1"
roles = ["frontend", "worker"]
site = "ams"
[[instance.netbox.host]]
name = "db1"
address = "192.0.2.7"
user = "deploy"
port = 2222
transport = "ssh"
sudo = "ask"
remote = "installed"
roles = ["primary"]
[[instance.netbox.service]]
name = "netbox"
role = "application"
hosts = ["web1"]
[[instance.netbox.service]]
name = "rq"
role = "worker"
hosts = ["web1", "db1"]
)";

std::string complaint(const std::string& rest) {
  try {
    config::parse(file(rest), "/f.toml");
  } catch (const core::Error& error) {
    return error.what();
  }
  return "no complaint";
}

}  // namespace

TEST_CASE("hosts are read with their defaults, and written as they were read") {
  const auto config = config::parse(file(kTwo), "/f.toml");
  const auto& netbox = config.instances.at(0);
  REQUIRE(netbox.hosts.size() == 2);
  const HostAddress& web = netbox.hosts[0].address;
  CHECK(web.target() == "web1");
  CHECK(web.port == 0);
  CHECK(web.transport == HostAddress::Transport::automatic);
  CHECK(web.sudo == HostAddress::Sudo::none);
  const HostAddress& db = config::hostNamed(netbox, "db1").address;
  CHECK(db.target() == "192.0.2.7");
  CHECK(db.port == 2222);
  CHECK(db.transport == HostAddress::Transport::ssh);
  CHECK(db.sudo == HostAddress::Sudo::ask);
  CHECK(db.remote == HostAddress::Remote::installed);
  REQUIRE(config::hostsFor(netbox, config::HostRole::primary).size() == 1);
  CHECK(config::hostsFor(netbox, config::HostRole::primary)[0]->address.name == "db1");
  REQUIRE(netbox.services.size() == 3);
  CHECK(netbox.services[0].name == "netbox");
  CHECK(netbox.services[0].host == "web1");

  const std::string text = config::write(config.instances, config.origins, {}, {});
  const auto again = config::parse(text, "/g.toml");
  CHECK(again.instances.at(0).hosts.at(1).address == db);
  CHECK(again.instances.at(0).hosts.at(0).site == "ams");
  REQUIRE(again.instances.at(0).services.size() == 3);
  CHECK(again.instances.at(0).services.at(2).name == "rq@db1");
}

TEST_CASE("a service of several hosts is one on each of them") {
  const auto services = config::parse(file(kTwo), "/f.toml").instances.at(0).services;
  REQUIRE(services.size() == 3);
  CHECK(services[1].name == "rq@web1");
  CHECK(services[2].name == "rq@db1");
  CHECK(services[2].host == "db1");
  CHECK(services[2].commonName() == "rq");
  CHECK(services[2].unit == "rq.service");
  CHECK(services[0].commonName() == "netbox");
}

TEST_CASE("what ssh could take for an option, and names that are not there, are refused") {
  CHECK_THAT(complaint("[[instance.netbox.host]]\nname = \"-oProxyCommand=x\"\n"),
             Contains("name in [instance.netbox.host.-oProxyCommand=x] is \"-oProxyCommand=x\""));
  CHECK_THAT(complaint("[[instance.netbox.host]]\nname = \"a\"\naddress = \"a;b\"\n"),
             Contains("address in [instance.netbox.host.a] is \"a;b\""));
  CHECK_THAT(complaint("[[instance.netbox.host]]\nname = \"a\"\nuser = \"a b\"\n"),
             Contains("user in [instance.netbox.host.a] is \"a b\""));
  CHECK_THAT(complaint("[[instance.netbox.host]]\nname = \"a\"\nroles = [\"boss\"]\n"),
             Contains("\"boss\"; allowed are frontend"));
  CHECK_THAT(complaint("[[instance.netbox.host]]\nname = \"a\"\ntransport = \"telnet\"\n"),
             Contains("telnet") && Contains("libssh2"));
  CHECK_THAT(complaint("[[instance.netbox.host]]\nname = \"a\"\n"
                       "[[instance.netbox.host]]\nname = \"a\"\n"),
             Contains("belongs to the host of line 8 already"));
  CHECK_THAT(complaint("[[instance.netbox.host]]\nname = \"a\"\nroles = [\"primary\"]\n"
                       "[[instance.netbox.host]]\nname = \"b\"\nroles = [\"primary\"]\n"),
             Contains("has \"primary\" as the host of line 8 has"));
  CHECK_THAT(complaint("[[instance.netbox.service]]\nname = \"n\"\nrole = \"web\"\n"
                       "hosts = [\"web9\"]\n"),
             Contains("service n on host \"web9\""));
}

TEST_CASE("a host's name gives its shell and files, and this one's name gives ours") {
  fakes::FakeWorld fake;
  const auto config = config::parse(file(kTwo), "/f.toml");
  const auto& netbox = config.instances.at(0);
  ports::World& home = fake.world();
  CHECK(&config::worldOf(home, netbox, "") == &home);
  fake.hosts.host("web1").shell.on("hostname").says("web1\n");
  ports::World& web = config::worldOf(home, netbox, "web1");
  CHECK(&web == &config::worldOf(home, netbox, "web1"));
  CHECK(&web.clock == &home.clock);
  CHECK(web.shell.run({.argv = {"hostname"}}).out == "web1\n");
  CHECK(support::kindOf([&] { config::worldOf(home, netbox, "db1").files.read("/x"); }) ==
        "unreachable");
  CHECK(support::kindOf([&] { config::worldOf(home, netbox, "db2"); }) == "not_found");

  CHECK(&home.hosts->world(home, {.name = "app1"}) == &home);
  CHECK(&home.hosts->world(home, {.name = "app1.example"}) == &home);
  CHECK(&home.hosts->world(home, {.name = "app1.other"}) != &home);
  CHECK(&home.hosts->world(home, {.name = "app1", .transport = HostAddress::Transport::ssh}) !=
        &home);
}
