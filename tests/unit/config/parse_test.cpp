#include "lib/config/config.hpp"
#include "lib/core/error.hpp"
#include "tests/catch.hpp"

using Catch::Matchers::Contains;

namespace {

/// A whole configuration whose instance table has `extra` at its end.
std::string withDatabase(const std::string& instance, const std::string& rest = "") {
  return "format = 1\n[instance.netbox]\nproduct = \"netbox\"\nenvironment = \"staging\"\n" +
         instance + "[instance.netbox.database]\nname = \"netbox\"\n" +
         "application = { user = \"netbox\" }\n" + rest;
}

std::string complaint(const std::string& text) {
  try {
    config::parse(text, "/etc/sotctl/sotctl.toml");
  } catch (const core::Error& error) {
    CHECK(error.kind() == core::Kind::configuration);
    return error.what();
  }
  return "no complaint";
}

struct Bad {
  std::string text;
  std::vector<std::string> words;  // each is in the complaint
};

}  // namespace

TEST_CASE("a small configuration gets its defaults, with their origins") {
  const auto config = config::parse(withDatabase("root = \"/opt/netbox/\"\n"), "/f.toml");
  REQUIRE(config.instances.size() == 1);
  const auto& netbox = config.instances[0];
  CHECK(netbox.name == "netbox");
  CHECK(netbox.environment == config::Environment::staging);
  CHECK(netbox.root == "/opt/netbox");
  CHECK(netbox.settings == "/opt/netbox/netbox/netbox/configuration.py");
  CHECK(netbox.interpreter == "/opt/netbox/venv/bin/python");
  CHECK(netbox.database.admin.user == "postgres");
  CHECK(netbox.database.admin.os_user == "postgres");
  CHECK(netbox.redis.host.empty());
  CHECK(netbox.backup.folder == "/var/backups/sotctl");
  CHECK(config.origins.at("instance.netbox.root") == "/f.toml:5");
  CHECK(config.origins.at("instance.netbox.settings") == "default: below root");
  CHECK(config.origins.at("instance.netbox.database.application.user") == "/f.toml:8");
  CHECK(config.remarks.empty());
}

TEST_CASE("everything that can be written is read") {
  const auto config = config::parse(R"(format = 1
[instance.sandbox]
product = "nautobot"
environment = "development"
root = "/opt/nautobot"
settings = "/etc/nautobot_config.py"
interpreter = "/usr/bin/python3"
media = "/srv/media"
[instance.sandbox.database]
name = "nautobot"
tools = "/usr/lib/postgresql/15/bin"
[instance.sandbox.database.application]
host = "db.example.org"
port = 5433
user = "nautobot"
password = { file = "/etc/sotctl/app" }
[instance.sandbox.database.admin]
host = "/run/postgresql"
user = "postgres"
os_user = "postgres"
password = { environment = "ADMIN_PASSWORD" }
[instance.sandbox.redis]
socket = "/run/redis/redis.sock"
tasks_database = 4
cache_database = 5
password = { application = true }
[[instance.sandbox.service]]
name = "web"
role = "application"
unit = "nautobot"
[[instance.sandbox.service]]
name = "worker"
role = "worker"
pid_file = "/run/worker.pid"
start = ["/bin/worker", "--daemon"]
user = "nautobot"
directory = "/opt/nautobot"
log = "/var/log/worker.log"
[[instance.sandbox.probe]]
url = "http://localhost:8001/login/"
status = 302
headers = { Host = "netbox.example.org" }
[instance.sandbox.backup]
folder = "/srv/backup"
jobs = 2
keep = { last = 3, daily = 7, within = "2d12h" }
)",
                                    "/f.toml");
  const auto& one = config.instances.at(0);
  CHECK(one.product == config::Product::nautobot);
  CHECK(one.database.application.port == 5433);
  CHECK(one.database.application.password.from == config::PasswordReference::From::file);
  CHECK(one.database.application.password.name == "/etc/sotctl/app");
  CHECK(one.database.admin.port == 5433);
  CHECK(one.database.admin.password.from == config::PasswordReference::From::environment);
  CHECK(one.redis.socket == "/run/redis/redis.sock");
  CHECK(one.redis.password.from == config::PasswordReference::From::application);
  CHECK(one.redis.password.name == "redis.tasks");
  REQUIRE(one.services.size() == 2);
  CHECK(one.services[0].unit == "nautobot.service");
  CHECK(one.services[0].manager == config::ServiceManager::systemd);
  CHECK(one.services[1].manager == config::ServiceManager::pid_file);
  CHECK(one.services[1].start == std::vector<std::string>{"/bin/worker", "--daemon"});
  CHECK(one.probes.at(0).headers.at("Host") == "netbox.example.org");
  CHECK(one.backup.jobs == 2);
  CHECK(one.backup.keep.last == 3);
  CHECK(one.backup.keep.daily == 7);
  CHECK(one.backup.keep.within == std::chrono::hours(60));
  CHECK(config.origins.at("instance.sandbox.service.worker.log") == "/f.toml:38");
}

TEST_CASE(
    "a server in a compose service needs no host, and its superuser is the application's role") {
  const auto config = config::parse(
      withDatabase("",
                   "service = \"db\"\n[[instance.netbox.service]]\nname = \"db\"\n"
                   "role = \"database\"\nproject = \"netbox-docker\"\nservice = \"postgres\"\n"),
      "/f.toml");
  const auto& database = config.instances.at(0).database;
  CHECK(database.service == "db");
  CHECK(database.admin.user == "netbox");
  CHECK(database.admin.os_user.empty());
}

TEST_CASE("an environment that is missing or unknown counts as production, and that is said") {
  const std::string tail = "[instance.a.database]\nname=\"n\"\napplication={user=\"u\"}\n";
  const auto missing =
      config::parse("format=1\n[instance.a]\nproduct=\"netbox\"\n" + tail, "/f.toml");
  CHECK(missing.instances[0].environment == config::Environment::production);
  REQUIRE(missing.remarks.size() == 1);
  CHECK_THAT(missing.remarks[0], Contains("counts as production"));
  const auto unknown = config::parse(
      "format=1\n[instance.a]\nproduct=\"netbox\"\nenvironment=\"prod\"\n" + tail, "/f.toml");
  CHECK(unknown.instances[0].environment == config::Environment::production);
  REQUIRE(unknown.remarks.size() == 1);
  CHECK_THAT(unknown.remarks[0], Contains("\"prod\""));
}

TEST_CASE("a wrong configuration is refused with the line and what is allowed") {
  const std::vector<Bad> table{
      {"", {"sotctl.toml:1: format is missing", "instance is missing"}},
      {"format = 1\nformat = 2\n", {":2: not TOML at column"}},
      {"format = \"1\"\n[instance.a]", {":1: format in the file is a text", "whole number"}},
      {"format = 2\n[instance.a]", {":1: format in the file is 2; this sotctl reads format 1"}},
      {"format = 1\ninstance = 3", {":2: instance in the file is a whole number", "a table"}},
      {"format = 1\n[instance]\n", {":2: [instance] names no instance"}},
      {"format = 1\n[instance.netbox]\n",
       {":2: product is missing in [instance.netbox]", "database is missing"}},
      {withDatabase("prodct = \"netbox\"\n"),
       {":5: unknown key \"prodct\" in [instance.netbox]; did you mean product?"}},
      {withDatabase("zzzzzzzz = 1\n"),
       {":5: unknown key", "allowed here: api, backup, balancer, check, database"}},
      {withDatabase("root = \"opt/netbox\"\n"), {":5: root", "relative path \"opt/netbox\""}},
      {withDatabase("media = 5\n"), {":5: media", "is a whole number; it must be a text"}},
      {withDatabase("", "tools = \"bin\"\n"), {":8: tools", "relative path"}},
      {withDatabase("", "service = \"db\"\n"), {"service = \"db\"", "compose project"}},
      {withDatabase("",
                    "service = \"db\"\n[instance.netbox.database.admin]\nuser = \"p\"\n"
                    "host = \"db1\"\n[[instance.netbox.service]]\nname = \"db\"\n"
                    "role = \"database\"\nproject = \"nb\"\n"),
       {"admin", "has a host", "folder of sockets"}},
      {withDatabase("", "[instance.netbox.database.admin]\nport = 99999\n"),
       {":8: user is missing in [instance.netbox.database.admin]", ":9: port", "1 to 65535"}},
      {withDatabase("",
                    "[instance.netbox.database.admin]\nuser=\"p\"\nhost=\"db\"\nos_user=\"p\"\n"),
       {":11: os_user", "socket folder"}},
      {withDatabase("", "[instance.netbox.redis]\nsocket=\"/s\"\nhost=\"h\"\n"),
       {":9: socket", "instead of host and port"}},
      {withDatabase("", "[[instance.netbox.service]]\nname=\"a\"\nrole=\"wrker\"\n"),
       {":10: role", "\"wrker\"; it must be application, worker,", "or other"}},
      {withDatabase("",
                    "[[instance.netbox.service]]\nname=\"a\"\nrole=\"worker\"\n"
                    "[[instance.netbox.service]]\nname=\"a\"\nrole=\"worker\"\n"),
       {":12: name", "\"a\" belongs to the service of line 8 already"}},
      {withDatabase("",
                    "[[instance.netbox.service]]\nname=\"a\"\nrole=\"worker\"\npid_file=\"/p\"\n"),
       {":8: start is missing"}},
      {withDatabase("",
                    "[[instance.netbox.service]]\nname=\"a\"\nrole=\"worker\"\n"
                    "start=[\"x\"]\npid_file=\"/p\"\n"),
       {":11: start", "no whole path"}},
      {withDatabase("",
                    "[[instance.netbox.service]]\nname=\"a\"\nrole=\"worker\"\nstart=\"run it\"\n"),
       {":11: start", "array of texts"}},
      {withDatabase("", "[instance.netbox.service]\nname=\"a\"\n"),
       {":8: service", "[[instance.netbox.service]]"}},
      {withDatabase("", "[[instance.netbox.probe]]\nurl=\"localhost\"\n"), {":9: url", "http://"}},
      {withDatabase("", "[[instance.netbox.probe]]\nurl=\"http://u:p@h/\"\n"), {"without a login"}},
      {withDatabase("",
                    "[[instance.netbox.probe]]\nurl=\"http://h/\"\n"
                    "headers={Authorization=\"Token 1\"}\n"),
       {":10: headers", "secret"}},
      {withDatabase("", "[instance.netbox.backup]\njobs = -1\n"), {":9: jobs", "is -1"}},
      {withDatabase("", "[instance.netbox.backup]\nkeep = {}\n"), {":9:", "keeps nothing"}},
      {withDatabase("", "[instance.netbox.backup]\nkeep = { dayly = 7 }\n"), {"mean daily?"}},
      {withDatabase("", "[instance.netbox.backup]\nkeep = { within = \"2\" }\n"),
       {"within", "must be a duration"}},
      {"format = 1\n[instance.NetBox]\nproduct=\"netbox\"\n", {":2: [instance.NetBox] has a name"}},
  };
  for (const Bad& bad : table) {
    const std::string said = complaint(bad.text);
    for (const std::string& word : bad.words) {
      CAPTURE(bad.text);
      CHECK_THAT(said, Contains(word));
    }
  }
}

TEST_CASE("all mistakes are said at once, in the order of lines") {
  const std::string said = complaint(
      "format = 1\n[instance.b]\nproduct = \"netbx\"\n[instance.a]\nroot = \"x\"\ncolour = 1\n");
  CHECK_THAT(said, Contains("mistakes in the configuration"));
  CHECK(said.find(":3:") < said.find(":5:"));
  CHECK(said.find(":5:") < said.find(":6:"));
}

TEST_CASE("a password that was written into the file is refused and never shown") {
  for (const std::string password : {"\"hunter2\"", "{ value = \"hunter2\" }", "[\"hunter2\"]",
                                     "{ file = \"/a\", environment = \"hunter2\" }"}) {
    const std::string said = complaint(withDatabase(
        "", "[instance.netbox.database.admin]\nuser = \"p\"\npassword = " + password + "\n"));
    CHECK_THAT(said, Contains(":10:"));
    CHECK_THAT(said, !Contains("hunter2"));
  }
}
