#include "lib/config/config.hpp"
#include "lib/core/error.hpp"
#include "tests/catch.hpp"

using Catch::Matchers::Contains;

namespace {

std::string file(const std::string& rest) {
  return "format = 1\n[instance.netbox]\nproduct = \"netbox\"\nenvironment = \"staging\"\n"
         "[instance.netbox.database]\nname = \"netbox\"\napplication = { user = \"netbox\" }\n" +
         rest;
}

constexpr const char* kPair = R"([[instance.netbox.host]]
name = "db1"
[[instance.netbox.host]]
name = "db2"
[[instance.netbox.service]]
name = "postgresql"
role = "database"
unit = "postgresql@15-main.service"
hosts = ["db1", "db2"]
[[instance.netbox.node]]
name = "one"
host = "db1"
address = "192.0.2.11"
data = "/var/lib/postgresql/15/main"
tools = "/usr/lib/postgresql/15/bin"
service = "postgresql"
replication = { user = "replicator", password = { file = "/etc/sotctl/replication" } }
slot = "one"
[[instance.netbox.node]]
name = "two"
host = "db2"
address = "192.0.2.12"
port = 5433
admin = { host = "192.0.2.12", port = 5433, user = "postgres" }
fence = ["/usr/local/sbin/power", "off", "db2"]
fence_status = ["/usr/local/sbin/power", "status", "db2"]
fenced = "is off"
)";

std::string complaint(const std::string& rest) {
  try {
    config::parse(file(rest), "/f.toml");
  } catch (const core::Error& error) {
    return error.what();
  }
  return "no complaint";
}

std::string pairWith(const std::string& more) {
  return std::string("[[instance.netbox.node]]\nname = \"a\"\naddress = \"a\"\n") +
         "[[instance.netbox.node]]\nname = \"b\"\naddress = \"b\"\n" + more;
}

}  // namespace

TEST_CASE("the servers of a database are read, and written as they were read") {
  const auto config = config::parse(file(kPair), "/f.toml");
  const auto& netbox = config.instances.at(0);
  REQUIRE(netbox.nodes.size() == 2);
  const auto& one = netbox.nodes[0];
  CHECK(one.port == 5432);
  CHECK(one.admin.user == "postgres");
  CHECK(one.admin.host == "192.0.2.11");  // on another host: by its address
  CHECK(one.admin.os_user.empty());
  CHECK(one.replication.user == "replicator");
  CHECK(one.replication.password.name == "/etc/sotctl/replication");
  CHECK(netbox.nodes[1].admin.port == 5433);

  const std::string text = config::write(config.instances, config.origins, {}, {});
  const auto again = config::parse(text, "/g.toml").instances.at(0);
  REQUIRE(again.nodes.size() == 2);
  CHECK(again.nodes[0].data == one.data);
  CHECK(again.nodes[0].service == "postgresql");
  CHECK(again.nodes[0].slot == "one");
  CHECK(again.nodes[0].replication.password.name == one.replication.password.name);
  CHECK(again.nodes[1].admin.host == "192.0.2.12");
  CHECK(again.nodes[1].fence == std::vector<std::string>{"/usr/local/sbin/power", "off", "db2"});
  CHECK(again.nodes[1].fence_status.at(1) == "status");
  CHECK(again.nodes[1].fenced == "is off");
}

TEST_CASE("a server on this host is reached through its socket as account postgres") {
  const auto config = config::parse(file(pairWith("")), "/f.toml");
  const auto& admin = config.instances.at(0).nodes.at(0).admin;
  CHECK(admin.host.empty());
  CHECK(admin.os_user == "postgres");
}

TEST_CASE("what can't be a pair of servers is refused with its place") {
  CHECK_THAT(complaint("[[instance.netbox.node]]\nname = \"a\"\naddress = \"a\"\n"),
             Contains("has one [[node]]"));
  CHECK_THAT(complaint(pairWith("host = \"db9\"\n")),
             Contains("node b on host") && Contains("\"db9\", which is not there"));
  CHECK_THAT(complaint(pairWith("service = \"pg\"\n")), Contains("node b with service"));
  CHECK_THAT(complaint(pairWith("slot = \"Bad-Name\"\n")), Contains("slot"));
  CHECK_THAT(complaint(pairWith("[[instance.netbox.node]]\nname = \"a\"\naddress = \"c\"\n")),
             Contains("\"a\" belongs to the node of line"));
  CHECK_THAT(complaint("[[instance.netbox.node]]\nname = \"a\"\n"), Contains("address"));
  CHECK_THAT(complaint(pairWith("fence = [\"/bin/off\"]\n")), Contains("fence_status"));
  CHECK_THAT(
      complaint(pairWith("fence = [\"off\"]\nfence_status = [\"/bin/s\"]\nfenced = \"x\"\n")),
      Contains("fence") && Contains("no whole path"));
}
