#include "tests/unit/validation/bench.hpp"

using Catch::Matchers::Contains;
using core::Outcome;
using validation_test::Bench;

TEST_CASE("disk: room, little, none; inodes count too") {
  const auto ask = [](const std::string& lines) {
    Bench bench;
    bench.fakes.shell.on("df *").says("Avail 1B-blocks IFree Inodes Mounted on\n" + lines);
    return bench.ask("disk", {{"folders", {"/srv"}}});
  };
  const auto good = ask("500 1000 50 100 /srv data\n");
  CHECK(good.outcome == Outcome::pass);
  REQUIRE(good.measures.size() == 2);
  CHECK(good.measures[0].name == "/srv data space");
  CHECK(good.measures[0].value == 50);
  CHECK(ask("80 1000 50 100 /srv\n").outcome == Outcome::warn);
  CHECK_THAT(ask("500 1000 1 100 /srv\n").found, Contains("1 % of its inodes free"));
  CHECK(ask("500 1000 0 0 /srv\n").outcome == Outcome::pass);  // a file system without inodes
  Bench bench;
  bench.fakes.shell.on("df *").exits(1).complains("df: /srv: No such file or directory");
  CHECK(bench.ask("disk", {{"folders", {"/srv"}}}).outcome == Outcome::unknown);
  CHECK_THAT(bench.refused("disk", {{"warn_percent", 0}}), Contains("would ask nothing"));
}

TEST_CASE("active-host: by address, unit or file; without a rule this one") {
  Bench bench;
  CHECK(bench.ask("active-host").outcome == Outcome::pass);
  bench.fakes.shell.on("ip *").says("2: eth0    inet 192.0.2.10/24 brd x\n").times(2);
  CHECK(bench.ask("active-host", {{"address", "192.0.2.10"}}).outcome == Outcome::pass);
  CHECK(bench.ask("active-host", {{"address", "192.0.2.1"}}).outcome == Outcome::skip);
  bench.fakes.shell.on("systemctl *").says("inactive\n").exits(3);
  CHECK(bench.ask("active-host", {{"unit", "x"}}).outcome == Outcome::skip);
  bench.fakes.shell.on("systemctl *").exits(1).complains("Failed to connect to bus");
  CHECK(bench.ask("active-host", {{"unit", "x"}}).outcome == Outcome::unknown);
  CHECK(bench.ask("active-host", {{"file", "/none"}}).outcome == Outcome::skip);
}

TEST_CASE("command: exit status, output, no difference by status 99 or against a file") {
  Bench bench;
  const core::Json plain{{"argv", {"check-it", "-x"}}};
  bench.fakes.shell.on("check-it -x").says("all good\n").times(2);
  CHECK(bench.ask("command", plain).outcome == Outcome::pass);
  CHECK(bench.ask("command", {{"argv", {"check-it", "-x"}}, {"output", "fine"}}).outcome ==
        Outcome::fail);
  bench.fakes.shell.on("check-it -x").exits(2).complains("broken");
  CHECK_THAT(bench.ask("command", plain).found, Contains("exit status 2"));
  bench.fakes.shell.on("check-it -x")
      .fails(core::Error(core::Kind::not_found, "no program check-it"));
  CHECK(bench.ask("command", plain).outcome == Outcome::unknown);

  const core::Json dns{{"argv", {"dns"}}, {"no_difference", "empty"}};
  bench.fakes.shell.on("dns").exits(99).says("No changes\n");
  CHECK(bench.ask("command", dns).outcome == Outcome::pass);
  bench.fakes.shell.on("dns").says("+ a record\n");
  CHECK_THAT(bench.ask("command", dns).found, Contains("it would change: + a record"));
  bench.fakes.files.put("/was", "b\na\n");
  const core::Json file{{"argv", {"dns"}}, {"no_difference", "/was"}};
  bench.fakes.shell.on("dns").says("a\nb\n");
  CHECK(bench.ask("command", file).outcome == Outcome::pass);
  bench.fakes.shell.on("dns").says("a\nc\n");
  CHECK_THAT(bench.ask("command", file).found,
             Contains("2 lines are other") && Contains("- b") && Contains("+ c"));
  CHECK_THAT(bench.refused("command", {{"argv", core::Json::array()}}),
             Contains("names no program"));
}

TEST_CASE("timer: ran lately and well, failed, too long ago, off, not there") {
  const auto ask = [](const std::string& timer, const std::string& job) {
    Bench bench;
    bench.fakes.shell.on("systemctl show *.timer").says(timer);
    if (!job.empty()) bench.fakes.shell.on("systemctl show *.service").says(job);
    return bench.ask("timer", {{"unit", "sync"}, {"within", "1h"}});
  };
  // The clock of the test stands at 2026-11-21T03:00:00Z.
  const std::string lately =
      "LoadState=loaded\nActiveState=active\nLastTriggerUSec=@1795228200\nUnit=sync.service\n";
  CHECK(ask(lately, "Result=success\nExecMainStatus=0\n").outcome == Outcome::pass);
  CHECK_THAT(ask(lately, "Result=exit-code\n").found, Contains("ended with exit-code"));
  const std::string long_ago =
      "LoadState=loaded\nActiveState=active\nLastTriggerUSec=@1795200000\nUnit=sync.service\n";
  CHECK(ask(long_ago, "Result=success\n").outcome == Outcome::fail);
  CHECK(ask("LoadState=loaded\nActiveState=inactive\n", "").outcome == Outcome::fail);
  CHECK_THAT(ask("LoadState=not-found\n", "").found, Contains("no such timer"));
  CHECK(ask("LoadState=loaded\nActiveState=active\nLastTriggerUSec=\n", "").outcome ==
        Outcome::warn);
  Bench bench;
  bench.fakes.shell.on("systemctl *").exits(1).complains("System has not been booted with systemd");
  CHECK(bench.ask("timer", {{"unit", "sync"}}).outcome == Outcome::unknown);
}

TEST_CASE("file-age: young, old, missing, too small") {
  Bench bench;
  bench.fakes.files.put("/stamp", "1234");
  CHECK(bench.ask("file-age", {{"file", "/stamp"}}).outcome == Outcome::pass);
  CHECK(bench.ask("file-age", {{"file", "/stamp"}, {"at_least_bytes", 5}}).outcome ==
        Outcome::fail);
  CHECK(bench.ask("file-age", {{"file", "/none"}}).outcome == Outcome::fail);
  bench.fakes.clock.advance(std::chrono::hours(30));
  CHECK(bench.ask("file-age", {{"file", "/stamp"}}).outcome == Outcome::fail);
}

TEST_CASE("checkout: at the revision without changes, changed, elsewhere, no repository") {
  const std::string git = "git -c *";
  const auto bench = [](const std::string& changes) {
    auto made = std::make_unique<Bench>();
    made->fakes.shell.on("git * rev-parse HEAD").says("aaaa\n");
    made->fakes.shell.on("git * status --porcelain").says(changes);
    return made;
  };
  auto one = bench("");
  one->fakes.shell.on("git * rev-parse --verify *").says("aaaa\n");
  CHECK(one->ask("checkout", {{"folder", "/srv/x"}, {"revision", "main"}}).outcome ==
        Outcome::pass);
  one = bench(" M a.py\n");
  CHECK_THAT(one->ask("checkout", {{"folder", "/srv/x"}}).found, Contains("local changes"));
  one = bench("");
  one->fakes.shell.on("git * rev-parse --verify *").says("bbbb\n");
  CHECK(one->ask("checkout", {{"folder", "/srv/x"}, {"revision", "main"}}).outcome ==
        Outcome::fail);
  Bench none;
  none.fakes.shell.on(git).exits(128).complains("fatal: not a git repository");
  CHECK(none.ask("checkout", {{"folder", "/srv/x"}}).outcome == Outcome::fail);
  Bench dark;
  dark.fakes.shell.on(git).exits(128).complains("fatal: permission denied");
  CHECK(dark.ask("checkout", {{"folder", "/srv/x"}}).outcome == Outcome::unknown);
}

TEST_CASE("configuration: there, empty, not there") {
  Bench bench;
  bench.fakes.files.put("/a", "x");
  bench.fakes.files.put("/b", "");
  CHECK(bench.ask("configuration", {{"files", {"/a"}}}).outcome == Outcome::pass);
  CHECK_THAT(bench.ask("configuration", {{"files", {"/a", "/b"}}}).found,
             Contains("/b: it is empty"));
  CHECK_THAT(bench.ask("configuration").found, Contains("it is not there"));
}

TEST_CASE("plugins: they fit, are too old or too young, are not installed, can't be read") {
  const auto ask = [](const std::string& settings, const std::string& release) {
    Bench bench;
    bench.fakes.files.put("/opt/netbox/configuration.py", settings);
    bench.fakes.files.put("/opt/netbox/venv/lib/python3.11/site-packages/bgp/__init__.py",
                          "class BgpConfig(PluginConfig):\n    name = 'bgp'\n    version = '0.9'\n"
                          "    min_version = '4.0.0'\n    max_version = '4.1.99'\n");
    return bench.ask("plugins", {{"release", release}});
  };
  CHECK(ask("PLUGINS = ['bgp']\n", "4.1.3").outcome == Outcome::pass);
  auto result = ask("PLUGINS = ['bgp']\n", "4.2.0");
  CHECK(result.outcome == Outcome::fail);
  CHECK_THAT(result.found, Contains("up to 4.1.99"));
  CHECK_THAT(ask("PLUGINS = ['bgp']\n", "3.7.8").found, Contains("from 4.0.0"));
  CHECK_THAT(ask("PLUGINS = ['none']\n", "4.1.3").found, Contains("not installed"));
  CHECK(ask("import os\nPLUGINS = os.environ['X']\n", "4.1.3").outcome == Outcome::unknown);
  CHECK(ask("PLUGINS = []\n", "4.1.3").outcome == Outcome::pass);
}

TEST_CASE("validators: activated, without the method, not activated, none") {
  Bench bench;
  bench.fakes.files.put("/opt/netbox/configuration.py",
                        "CUSTOM_VALIDATORS = {'dcim.device': ('validators.device.Main',)}\n");
  bench.fakes.files.put("/v/device.py",
                        "class Main(CustomValidator):\n    def validate(self, x):\n        pass\n");
  const core::Json with{{"folder", "/v"}};
  CHECK(bench.ask("validators", with).outcome == Outcome::pass);
  bench.fakes.files.put("/v/site.py", "class Main:\n    def other(self):\n        pass\n");
  CHECK_THAT(bench.ask("validators", with).found,
             Contains("site.py: class Main has no method validate"));
  bench.fakes.files.put("/v/site.py", "class Main:\n    def validate(self):\n        pass\n");
  CHECK_THAT(bench.ask("validators", with).found, Contains("not activated"));
  bench.fakes.files.putFolder("/empty");
  CHECK(bench.ask("validators", {{"folder", "/empty"}}).outcome == Outcome::fail);
  bench.fakes.files.put("/v/site.py", "class Main:\n    x = '''\n");
  CHECK(bench.ask("validators", with).outcome == Outcome::fail);
}

TEST_CASE("published: readable, current, behind, not readable") {
  Bench bench;
  const core::Json with{{"repository", "https://g/x.git"}, {"checkout", "/srv/x"}};
  bench.fakes.shell.on("git ls-remote *").says("aaaa\tHEAD\n").times(2);
  bench.fakes.shell.on("git -c *").says("aaaa\n");
  CHECK(bench.ask("published", with).outcome == Outcome::pass);
  bench.fakes.shell.on("git -c *").says("bbbb\n");
  CHECK(bench.ask("published", with).outcome == Outcome::fail);
  bench.fakes.shell.on("git ls-remote *").exits(128).complains("fatal: could not read");
  CHECK(bench.ask("published", with).outcome == Outcome::fail);
  bench.fakes.shell.on("git ls-remote *").says("aaaa\tHEAD\n");
  bench.fakes.shell.on("git -c *").exits(128).complains("fatal: no");
  CHECK(bench.ask("published", with).outcome == Outcome::unknown);
}
