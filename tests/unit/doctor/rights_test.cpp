#include "lib/doctor/rights.hpp"

#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"
#include "tests/support/kinds.hpp"

using Catch::Matchers::Contains;
using ports::HostAddress;

namespace {

config::Instance instance() {
  config::Instance netbox;
  netbox.name = "netbox";
  const auto add = [&](const std::string& name, HostAddress::Sudo sudo,
                       HostAddress::Remote remote) {
    config::HostSettings host;
    host.address.name = name;
    host.address.user = "deploy";
    host.address.sudo = sudo;
    host.address.remote = remote;
    netbox.hosts.push_back(host);
  };
  add("web1", HostAddress::Sudo::without_password, HostAddress::Remote::installed);
  add("web2", HostAddress::Sudo::ask, HostAddress::Remote::upload);
  add("db1", HostAddress::Sudo::none, HostAddress::Remote::upload);
  config::ServiceSettings service;
  service.name = "netbox";
  service.unit = "netbox.service";
  for (const char* host : {"web1", "web2"}) {
    service.host = host;
    netbox.services.push_back(service);
  }
  service.name = service.unit = "rq:a.service";
  service.host = "web1";
  netbox.services.push_back(service);
  return netbox;
}

}  // namespace

TEST_CASE("the rules for sudo name each command whole, and nothing else") {
  const std::string text = doctor::sudoers(instance(), {"service restart"}, "ada");
  CHECK_THAT(text, Contains("deploy ALL=(root) NOPASSWD: /usr/bin/systemctl stop "
                            "--no-ask-password -- netbox.service\n"));
  CHECK_THAT(text,
             Contains("NOPASSWD: /usr/bin/systemctl start --no-ask-password -- rq\\:a.service\n"));
  CHECK_THAT(text, Contains("NOPASSWD: /usr/lib/sotctl/sotctl-remote serve\n"));
  CHECK_THAT(text, Contains("# web2: ") && Contains("# /bin/sh is everything") &&
                       Contains("deploy ALL=(root) /bin/sh\n"));
  CHECK_THAT(text, Contains("/usr/bin/systemctl daemon-reload --no-ask-password\n"));
  CHECK_THAT(text, !Contains("db1") && !Contains("docker"));
  CHECK_THAT(doctor::sudoers(instance(), {"service stop"}, "ada"), !Contains("systemctl start"));
  CHECK(support::kindOf([] { doctor::sudoers(instance(), {"service restrat"}, "ada"); }) ==
        "usage");
}

TEST_CASE("the right that is missing is named before anything begins") {
  fakes::FakeWorld fake;
  auto& web1 = fake.hosts.host("web1").shell;
  web1.on("id -u").says("1500\n");
  web1.on("sudo -n -l -- /usr/lib/sotctl/sotctl-remote serve").says("x\n");
  web1.on("sudo -n -l -- systemctl stop --no-ask-password -- netbox.service").says("x\n");
  web1.on("sudo -n -l -- systemctl stop --no-ask-password -- rq:a.service").exits(1);
  fake.hosts.host("web2").shell.on("id -u").says("0\n");
  fake.hosts.host("db1").shell.on("id -u").says("1500\n");
  const auto results = doctor::checkRights(fake.world(), instance(), "service stop");
  REQUIRE(results.size() == 3);
  CHECK(results[0].outcome == core::Outcome::fail);
  CHECK_THAT(results[0].found, Contains("does not allow: systemctl stop") &&
                                   Contains("rq:a.service") && !Contains("netbox.service"));
  CHECK_THAT(results[0].hint, Contains("doctor --sudoers 'service stop'"));
  CHECK(results[1].outcome == core::Outcome::pass);
  CHECK(results[2].outcome == core::Outcome::fail);
  CHECK_THAT(results[2].found, Contains("not root"));
}

TEST_CASE("a host that can't be asked is unknown, and other verbs need nothing") {
  fakes::FakeWorld fake;
  config::Instance one = instance();
  one.hosts.resize(1);
  const auto results = doctor::checkRights(fake.world(), one, "service stop");
  REQUIRE(results.size() == 1);
  CHECK(results[0].outcome == core::Outcome::unknown);
  CHECK(doctor::checkRights(fake.world(), one, "backup pin").empty());
}
