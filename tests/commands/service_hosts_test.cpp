#include <atomic>
#include <mutex>
#include <sstream>

#include "commands/program.hpp"
#include "commands/run/run.hpp"
#include "commands/service/service.hpp"
#include "lib/core/json.hpp"
#include "tests/catch.hpp"
#include "tests/unit/service/units.hpp"

using Catch::Matchers::Contains;
using Words = std::vector<std::string>;

namespace {

constexpr const char* kHosts = R"(format = 1
[instance.netbox]
product = "netbox"
environment = "development"
[instance.netbox.database]
name = "netbox"
application = { user = "netbox", host = "db" }
[[instance.netbox.host]]
name = "web1"
roles = ["frontend"]
[[instance.netbox.host]]
name = "web2"
roles = ["frontend"]
[[instance.netbox.service]]
name = "netbox"
role = "application"
hosts = ["web1", "web2"]
[[instance.netbox.service]]
name = "netbox-rq"
role = "worker"
hosts = ["web1", "web2"]
[[instance.netbox.probe]]
url = "http://{host}/login/"
)";

/// The program at a seat, with an instance of two units on each of two hosts.
struct Fleet {
  struct Host {
    explicit Host(fakes::FakeWorld& fake, const std::string& name)
        : shell(fake.hosts.host(name).shell),
          files(fake.hosts.host(name).files),
          units(shell, files, fake.clock) {
      units.units["netbox.service"] = {};
      units.units["netbox-rq.service"] = {};
      shell.on("journalctl *").always();
      shell.on("true").always();
      shell.on("ps -eo *")
          .does([this](const auto&, const auto&) {
            return ports::Outcome{.out = processes, .err = {}};
          })
          .always();
      shell.on("id -u")
          .does(
              [this](const auto&, const auto&) { return ports::Outcome{.out = login, .err = {}}; })
          .always();
      fake.http.on("GET", "http://" + name + "/login/")
          .does([this](const auto&) {
            return ports::HttpResponse{.status = status, .headers = {}, .body = {}};
          })
          .always();
    }
    fakes::FakeShell& shell;
    fakes::MemFiles& files;
    Units units;
    std::string login = "0\n";
    std::string processes{};
    std::atomic<int> status{200};
  };

  Fleet() {
    fakes.files.put("/etc/sotctl/sotctl.toml", kHosts);
    fakes.files.putFolder("/proc");
    fakes.sql.goDown();
  }

  int run(Words words) {
    out.str("");
    err.str("");
    start.words = std::move(words);
    start.home = "/root";
    return commands::program(fakes.world(), start, {commands::serviceNoun(), commands::runNoun()},
                             out, err, [](core::Duration) {});
  }
  core::Json json() const { return core::Json::parse(out.str()); }
  std::string unfinished() {
    CHECK(run({"run", "list", "--unfinished", "-o", "json"}) == 0);
    return json()["runs"][0]["run"];
  }

  fakes::FakeWorld fakes;
  Host web1{fakes, "web1"};
  Host web2{fakes, "web2"};
  commands::Start start;
  std::ostringstream out;
  std::ostringstream err;
};

const Words kRestart{"service", "restart", "--drain", "0s", "--settle", "1s", "--yes"};
const Words kOrder{"stop netbox-rq.service", "stop netbox.service", "start netbox.service",
                   "start netbox-rq.service"};

Words with(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

std::function<void()> lost(Fleet& fleet, bool for_good) {
  return [&fleet, for_good] {
    if (for_good) fleet.fakes.hosts.cut("web2");
    throw core::Error(core::Kind::unreachable, "the connection to web2 was lost");
  };
}

}  // namespace

TEST_CASE("a restart goes over all hosts of each service") {
  Fleet fleet;
  const int status = fleet.run(kRestart);
  CAPTURE(fleet.out.str(), fleet.err.str());
  CHECK(status == 0);
  CHECK(fleet.web1.units.done == kOrder);
  CHECK(fleet.web2.units.done == kOrder);
}

TEST_CASE("a dry run of a restart changes nothing on any host") {
  Fleet fleet;
  CHECK(fleet.run(with(kRestart, {"--dry-run"})) == 0);
  CHECK(fleet.web1.units.done.empty());
  CHECK(fleet.web2.units.done.empty());
  CHECK(fleet.web1.files.changes().empty());
}

TEST_CASE("status tells the same answers of many hosts once") {
  Fleet fleet;
  CHECK(fleet.run({"service", "status", "netbox"}) == 0);
  CHECK_THAT(fleet.out.str(), Contains("web1, web2: running"));
  fleet.web2.units.units.erase("netbox-rq.service");
  CHECK(fleet.run({"service", "status", "netbox-rq"}) == 13);
  CHECK_THAT(fleet.out.str(),
             Contains("web1: running") && Contains("web2: there is no unit netbox-rq.service"));
  CHECK(fleet.run({"service", "status", "netbox-rq", "-o", "json"}) == 13);
  const auto services = fleet.json()["instances"][0]["services"];
  REQUIRE(services.size() == 2);
  CHECK(services[1]["name"] == "netbox-rq@web2");
  CHECK(services[1]["host"] == "web2");
}

TEST_CASE("a unit that is missing on one host keeps all of them from being stopped") {
  Fleet fleet;
  fleet.web2.units.units.erase("netbox-rq.service");
  CHECK(fleet.run(kRestart) == 13);
  CHECK_THAT(fleet.err.str(), Contains("netbox-rq@web2") && Contains("there is no unit"));
  CHECK(fleet.web1.units.done.empty());
}

TEST_CASE("a host that can't be reached is unknown, and nothing is begun without it") {
  Fleet fleet;
  fleet.fakes.hosts.cut("web2");
  CHECK(fleet.run({"service", "status"}) != 0);
  CHECK_THAT(fleet.out.str(), Contains("web2: can't reach host web2"));
  CHECK(fleet.run({"service", "stop", "netbox-rq", "--yes"}) == 13);
  CHECK_THAT(fleet.err.str(), Contains("can't reach host web2"));
  CHECK(fleet.run(kRestart) == 7);
  CHECK(fleet.web1.units.done.empty());
  const int status =
      fleet.run({"service", "stop", "netbox-rq", "--yes", "--accept", "unreachable-host:web2"});
  CAPTURE(fleet.err.str());
  CHECK(status == 0);
  CHECK(fleet.web1.units.done == Words{"stop netbox-rq.service"});
  CHECK_THAT(fleet.err.str(), Contains("web2 is given up"));
}

TEST_CASE("a host lost in the middle leaves nothing stopped on the others, and is resumed") {
  Fleet fleet;
  fleet.web2.units.units["netbox.service"].on_stop = lost(fleet, true);
  CHECK(fleet.run(kRestart) == 12);
  CHECK_THAT(fleet.err.str(), Contains("web2"));
  CHECK(fleet.web1.units.units["netbox.service"].active == "active");
  CHECK(fleet.web1.units.units["netbox-rq.service"].active == "active");
  CHECK(fleet.web2.units.units["netbox-rq.service"].active == "inactive");
  fleet.fakes.hosts.mend("web2");
  const int status = fleet.run({"run", "resume", fleet.unfinished(), "--yes"});
  CAPTURE(fleet.err.str());
  CHECK(status == 0);
  CHECK(fleet.web2.units.units["netbox-rq.service"].active == "active");
}

TEST_CASE("a connection that is lost during a stop is made again, and what became of it is seen") {
  Fleet fleet;
  fleet.web2.units.units["netbox.service"].on_stop = lost(fleet, false);
  CHECK(fleet.run({"service", "stop", "netbox", "--yes"}) == 0);
  CHECK(fleet.web2.units.units["netbox.service"].active == "inactive");
}

TEST_CASE("hosts are gone on with or not, as the limits say") {
  Fleet fleet;
  fleet.web1.units.units["netbox-rq.service"].on_stop = [] {
    throw core::Error(core::Kind::failed_check, "it does not want to");
  };
  CHECK(fleet.run({"service", "stop", "netbox-rq", "--yes", "--at-once", "1", "--failures", "1"}) ==
        12);
  CHECK(fleet.web2.units.done.empty());
  CHECK(fleet.run({"run", "abort", fleet.unfinished(), "--yes"}) == 0);
  CHECK(fleet.run({"service", "stop", "--at-once", "0"}) == 2);
}

TEST_CASE("a rolling restart stops one frontend while another one serves, and workers last") {
  Fleet fleet;
  std::string order;
  std::mutex mutex;  // workers of both hosts are stopped at once
  for (auto* host : {&fleet.web1, &fleet.web2}) {
    host->units.units["netbox.service"].on_stop = [&, host] {
      CHECK(fleet.web1.units.units["netbox.service"].active == "active");
      CHECK(fleet.web2.units.units["netbox.service"].active == "active");
      order += host == &fleet.web1 ? "app1 " : "app2 ";
    };
    host->units.units["netbox-rq.service"].on_stop = [&] {
      const std::lock_guard lock(mutex);
      order += "rq ";
    };
  }
  CHECK(fleet.run(with(kRestart, {"--rolling"})) == 13);
  CHECK_THAT(fleet.err.str(), Contains("--accept frontend-code"));
  CHECK(order.empty());
  const int status = fleet.run(with(kRestart, {"--rolling", "--accept", "frontend-code"}));
  CAPTURE(fleet.out.str(), fleet.err.str());
  CHECK(status == 0);
  CHECK_THAT(order, Catch::Matchers::Equals("app1 app2 rq rq "));
  CHECK_THAT(fleet.out.str(), Contains("while web1 was restarted"));
}

TEST_CASE("the last frontend that serves is not stopped") {
  Fleet fleet;
  fleet.web2.status = 502;
  CHECK(fleet.run(with(kRestart, {"--rolling", "--accept", "frontend-code"})) == 5);
  CHECK_THAT(fleet.err.str(), Contains("last one") && Contains("web2: status 502"));
  CHECK(fleet.web1.units.done.empty());
  CHECK(fleet.run(with(kRestart, {"--rolling", "--only", "netbox@web1"})) == 5);
  CHECK(fleet.run(with(kRestart, {"--rolling", "--with-dependencies"})) == 2);
}

TEST_CASE("a hold is on all hosts, and so is its release") {
  Fleet fleet;
  CHECK(fleet.run({"service", "hold", "--reason", "bad import", "--yes"}) == 0);
  CHECK(fleet.web1.units.done == Words{"stop netbox-rq.service"});
  CHECK(fleet.web2.units.done == Words{"stop netbox-rq.service"});
  const std::string file = "/var/lib/sotctl/instances/netbox/hold.json";
  CHECK_THAT(fleet.web1.files.text(file), Contains("bad import"));
  CHECK_THAT(fleet.web2.files.text(file), Contains("netbox-rq@web1"));
  // Whoever works from elsewhere has no record of his own.
  fleet.fakes.files.remove(file);
  CHECK(fleet.run({"service", "start", "netbox-rq"}) == 5);
  CHECK_THAT(fleet.err.str(), Contains("bad import"));
  CHECK(fleet.run({"service", "release", "--yes"}) == 0);
  CHECK(fleet.web2.units.done.back() == "start netbox-rq.service");
  CHECK_FALSE(fleet.web1.files.info(file));
}

TEST_CASE("a right that sudo refuses is named before anything is stopped") {
  Fleet fleet;
  std::string text = kHosts;
  text.insert(text.find("roles"), "sudo = \"without-password\"\nuser = \"deploy\"\n");
  fleet.fakes.files.put("/etc/sotctl/sotctl.toml", text);
  fleet.web1.login = "1500\n";
  fleet.web1.shell.on("sudo -n -l -- *").exits(1).complains("not allowed").always();
  CHECK(fleet.run(kRestart) == 8);
  CHECK_THAT(fleet.err.str(),
             Contains("web1") && Contains("systemctl stop") && Contains("doctor --sudoers"));
  CHECK(fleet.web1.units.done.empty());
  CHECK(fleet.web2.units.done.empty());
}

TEST_CASE("work on any host is in the way of a restart") {
  Fleet fleet;
  fleet.web2.processes = "  812 postgres  /usr/lib/postgresql/15/bin/pg_dump -Fc netbox\n";
  CHECK(fleet.run(kRestart) == 5);
  CHECK_THAT(fleet.err.str(), Contains("web2") && Contains("pg_dump"));
  fleet.web2.processes = "  812 postgres  /usr/lib/postgresql/15/bin/pg_dump -Fc other\n";
  CHECK(fleet.run(kRestart) == 0);
}
