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
    "3 netbox 3 web3 192.0.2.3 2 8 1\n3 netbox 4 web4 192.0.2.4 0 0 1\n\n";

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
  CHECK_THROWS_WITH(frontends::memberOf(kTable, "web9"), Contains("nothing of server web9"));
  CHECK_THROWS_AS(frontends::memberOf("Can't find backend.\n", "web1"), core::Error);
  CHECK_THROWS_AS(frontends::memberOf("1\n# srv_name\nweb1\n", "web1"), core::Error);
}
