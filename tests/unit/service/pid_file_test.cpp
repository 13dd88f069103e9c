#include <functional>

#include "lib/core/error.hpp"
#include "lib/service/manager.hpp"
#include "tests/catch.hpp"
#include "tests/unit/service/proc.hpp"

using Catch::Matchers::Contains;
using service::Running;
using namespace std::chrono_literals;

namespace {

/// A host with service `app`, whose pid file was written at the clock's beginning.
struct Host {
  fakes::FakeWorld fake;
  config::ServiceSettings app;
  std::unique_ptr<service::Manager> manager = service::makePidFileManager(fake.world());

  Host() {
    proc::begin(fake.files);
    app.name = "app";
    app.manager = config::ServiceManager::pid_file;
    app.pid_file = "/run/app.pid";
    app.start = {"/usr/bin/gunicorn", "--daemon", "--pid", "/run/app.pid", "site.wsgi"};
    app.user = "netbox";
    app.directory = "/opt";
  }

  void pidFile(const std::string& text) { fake.files.put("/run/app.pid", text); }
  void gunicorn(int id, long seconds_after_boot, unsigned owner = 999) {
    proc::run(fake.files, {.id = id,
                           .session = id,
                           .seconds_after_boot = seconds_after_boot,
                           .command = "/usr/bin/python3 /usr/bin/gunicorn --daemon",
                           .owner = owner});
  }
  service::ServiceState look() { return manager->observe(app); }
};

core::Kind kindOf(const std::function<void()>& work) {
  try {
    work();
  } catch (const core::Error& error) {
    return error.kind();
  }
  FAIL("no error");
  return core::Kind::unexpected;
}

}  // namespace

TEST_CASE("without a pid file, or with one of a process that is gone, the service is stopped") {
  Host host;
  CHECK(host.look().running == Running::no);
  host.pidFile("500\n");
  CHECK(host.look().running == Running::no);
  host.gunicorn(500, 999);
  CHECK(host.look().running == Running::yes);
  CHECK(host.look().pid == 500);
}

TEST_CASE("a process that began after its pid file was written is another one") {
  Host host;
  host.pidFile("500\n");
  host.gunicorn(500, proc::kUptime + 60);
  CHECK(host.look().running == Running::no);
  CHECK_THAT(host.look().words, Contains("its number is used by"));
}

TEST_CASE("what can't be judged is unknown, and is neither started nor stopped") {
  Host host;
  host.pidFile("500\n");
  SECTION("another account") { host.gunicorn(500, 900, 101); }
  SECTION("another program") {
    proc::run(host.fake.files, {.id = 500, .command = "/usr/bin/vim x", .owner = 999});
  }
  SECTION("no number") { host.pidFile("soon\n"); }
  SECTION("the number of init") { host.pidFile("1\n"); }
  SECTION("hidden processes") { proc::end(host.fake.files, 1); }
  CHECK(host.look().running == Running::unknown);
  CHECK(kindOf([&] { host.manager->start(host.app, 5s); }) == core::Kind::undetermined);
  CHECK(kindOf([&] { host.manager->stop(host.app, 5s); }) == core::Kind::undetermined);
}

TEST_CASE("a start runs the command as the service's account and waits for the process") {
  Host host;
  host.fake.shell.on("/usr/bin/gunicorn *").does([&](const ports::Command& command, const auto&) {
    CHECK(command.user == "netbox");
    CHECK(command.directory == "/opt");
    host.pidFile("501\n");
    host.gunicorn(501, proc::kUptime);
    return ports::Outcome{};
  });
  host.manager->start(host.app, 5s);
  CHECK(host.look().pid == 501);
  host.manager->start(host.app, 5s);  // runs already: the fake would complain of a second command
}

TEST_CASE("a pid file whose number is in use is out of the way before a start") {
  Host host;
  host.pidFile("500\n");
  SECTION("by somebody else") { host.gunicorn(500, proc::kUptime + 60); }
  SECTION("by a process that ended and that nobody collects") {
    proc::run(host.fake.files, {.id = 500, .owner = 999, .state = 'Z'});
  }
  host.fake.shell.on("/usr/bin/gunicorn *").does([&](const auto&, const auto&) {
    CHECK_FALSE(host.fake.files.info("/run/app.pid"));
    host.pidFile("501\n");
    host.gunicorn(501, proc::kUptime);
    return ports::Outcome{};
  });
  host.manager->start(host.app, 5s);
}

TEST_CASE("a daemon that dies after it wrote its pid file did not start") {
  Host host;
  host.fake.shell.on("/usr/bin/gunicorn *").does([&](const auto&, const auto&) {
    host.pidFile("501\n");
    host.gunicorn(501, proc::kUptime);
    return ports::Outcome{};
  });
  host.fake.clock.onSleep([&] {
    if (host.fake.files.info("/proc/501")) proc::end(host.fake.files, 501);
  });
  CHECK(kindOf([&] { host.manager->start(host.app, 5s); }) == core::Kind::timed_out);
}

TEST_CASE("a start command that fails is told with its words") {
  Host host;
  host.fake.shell.on("/usr/bin/gunicorn *").exits(1).complains("Error: no module site");
  CHECK_THROWS_WITH(host.manager->start(host.app, 5s), Contains("no module site"));
}

TEST_CASE("a stop waits until all of the family is gone") {
  Host host;
  host.pidFile("500\n");
  host.gunicorn(500, 900);
  proc::run(host.fake.files, {.id = 501, .parent = 500, .session = 500, .command = "worker"});
  host.fake.shell.on("kill -TERM 500").does([&](const auto&, const auto&) {
    proc::end(host.fake.files, 500);
    return ports::Outcome{};
  });
  SECTION("gone at last") {
    host.fake.clock.onSleep([&] {
      if (host.fake.files.info("/proc/501")) proc::end(host.fake.files, 501);
    });
    host.manager->stop(host.app, 5s);
    CHECK_FALSE(host.fake.files.info("/proc/501"));
  }
  SECTION("one stays") {
    CHECK_THROWS_WITH(host.manager->stop(host.app, 5s), Contains("501"));
    CHECK(host.fake.clock.slept() >= 5s);
  }
}

TEST_CASE("a user can't start what belongs to another account") {
  Host host;
  ports::World user = host.fake.world();
  user.caller.uid = 1000;
  user.caller.account = "ada";
  const auto manager = service::makePidFileManager(user);
  CHECK(kindOf([&] { manager->start(host.app, 5s); }) == core::Kind::denied);
}
