#include "lib/core/error.hpp"
#include "lib/frontends/balancer.hpp"
#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"

using Catch::Matchers::Contains;

namespace {

// "show servers state netbox" of HAProxy 2.6, cut to the columns that are read.
constexpr const char* kTable =
    "1\n# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight\n"
    "3 netbox 1 web1 192.0.2.1 2 0 1\n3 netbox 2 web2 192.0.2.2 0 1 1\n"
    "3 netbox 3 web3 192.0.2.3 2 8 1\n3 netbox 4 web4 192.0.2.4 0 0 1\n"
    "3 netbox 5 web5 192.0.2.5 2 4 1\n\n";

config::Instance withHaproxy() {
  config::Instance instance;
  instance.name = "netbox";
  config::BalancerSettings balancer;
  balancer.name = "lb";
  balancer.system = "haproxy";
  balancer.socket = "/run/haproxy.sock";
  balancer.backend = "netbox";
  balancer.servers = {{"frontend2", "web2"}};
  instance.balancers = {balancer};
  return instance;
}

}  // namespace

TEST_CASE("HAProxy's table says who is in, and who is up") {
  CHECK(frontends::memberOf(kTable, "web1").pooled);
  CHECK(frontends::memberOf(kTable, "web1").healthy);
  CHECK_FALSE(frontends::memberOf(kTable, "web2").pooled);
  CHECK_FALSE(frontends::memberOf(kTable, "web3").pooled);  // drained
  CHECK(frontends::memberOf(kTable, "web3").healthy);
  CHECK(frontends::memberOf(kTable, "web4").pooled);
  CHECK_FALSE(frontends::memberOf(kTable, "web4").healthy);
  CHECK(frontends::memberOf(kTable, "web5").pooled);  // was disabled in its configuration
  CHECK_THROWS_WITH(frontends::memberOf(kTable, "web9"), Contains("nothing of server web9"));
  CHECK_THROWS_AS(frontends::memberOf("Can't find backend.\n", "web1"), core::Error);
  CHECK_THROWS_AS(frontends::memberOf("1\n# srv_name\nweb1\n", "web1"), core::Error);
}

TEST_CASE("HAProxy is told and asked through its socket, by the server's own name") {
  fakes::FakeWorld fake;
  ports::World world = fake.world();
  const config::Instance instance = withHaproxy();
  const auto balancer =
      frontends::makeBalancer(world, instance, frontends::balancerNamed(instance, "lb"));
  fake.shell.on("socat *").does([](const ports::Command& command, const std::string& input) {
    CHECK_FALSE(command.mutates);
    CHECK(input == "show servers state netbox\n");
    return ports::Outcome{0, 0, kTable, ""};
  });
  CHECK_FALSE(balancer->look("frontend2").pooled);
  fake.shell.on("socat *").does([](const ports::Command& command, const std::string& input) {
    CHECK(command.mutates);
    CHECK(input == "set server netbox/web2 state ready\n");
    return ports::Outcome{0, 0, "\n", ""};
  });
  balancer->pool("frontend2");
  fake.shell.on("socat *").says("No such server.\n");
  CHECK_THROWS_WITH(balancer->depool("frontend2"), Contains("No such server"));
}

TEST_CASE("a balancer's own commands get the server's name, and its answer is searched") {
  fakes::FakeWorld fake;
  ports::World world = fake.world();
  config::Instance instance;
  config::BalancerSettings settings;
  settings.name = "lb";
  settings.system = "command";
  settings.pool = {"/lb", "in", "{host}"};
  settings.depool = {"/lb", "out", "{host}"};
  settings.status = {"/lb", "status", "name={host}"};
  settings.pooled = "is in";
  instance.balancers = {settings};
  const auto balancer = frontends::makeBalancer(world, instance, instance.balancers.front());
  fake.shell.on("/lb status name=web1").says("web1 is in\n");
  CHECK(balancer->look("web1").pooled);
  fake.shell.on("/lb status name=web1").says("web1 is out\n");
  CHECK_FALSE(balancer->look("web1").pooled);
  fake.shell.on("/lb status name=web1").exits(3);
  CHECK_THROWS_WITH(balancer->look("web1"), Contains("exit status 3"));
  fake.shell.on("/lb out web1");
  balancer->depool("web1");
}
