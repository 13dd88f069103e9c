#include "lib/step/store.hpp"
#include "tests/unit/backup/sample_set.hpp"
#include "tests/unit/validation/trio.hpp"

namespace validation_test {
namespace {

Scene folderOf(unsigned owner, bool hidden) {
  return [=](Bench& bench) {
    auto& trees = bench.fakes.trees;
    trees.addAccount("netbox", {999, 999, {}});
    trees.folder("/opt", 0755);
    trees.folder("/opt/media", 0755, owner, owner);
    if (hidden) trees.hide("/opt/media");
    bench.fakes.files.putFolder("/opt/media");
    bench.fakes.files.putFolder("/proc");
    bench.fakes.files.put("/etc/sotctl/policies/own.toml",
                          "title = \"own\"\n[[rule]]\npath = \"/opt/media/**\"\n"
                          "owner = \"netbox\"\nwriters = [\"user:netbox\"]\n");
    return core::Json{{"policy", "own"}};
  };
}

/// A policy about a role that nobody runs as.
core::Json nobodyRuns(Bench& bench) {
  folderOf(999, false)(bench);
  bench.fakes.files.put("/etc/sotctl/policies/own.toml",
                        "title = \"own\"\n[[rule]]\npath = \"/opt/media/**\"\n"
                        "writers = [\"application\"]\n");
  return core::Json{{"policy", "own"}};
}

Scene backup(std::chrono::hours age) {
  return [=](Bench& bench) {
    const std::string id = "20261119T030012Z-4f1c";
    const std::string folder = "/var/backups/sotctl/netbox/" + id;
    sample::putSet(bench.fakes, folder, id);
    sample::changeManifest(bench.fakes, folder, [&](auto& manifest) {
      manifest.database.taken = bench.fakes.clock.now() - age;
    });
    return kNoArguments;
  };
}

Scene marker(const std::string& text) {
  return [=](Bench& bench) {
    if (!text.empty()) {
      bench.fakes.files.put("/var/lib/sotctl/instances/netbox/unfinished.json", text);
    }
    return kNoArguments;
  };
}

core::Json rehearsed(Bench& bench) {
  step::Plan plan;
  plan.verb = "backup rehearse";
  plan.instance = "netbox";
  plan.title = "a rehearsal";
  step::RunStore store(bench.fakes.world(), "/var/lib/sotctl");
  plan.id = store.newId();
  auto journal = store.create(plan, "1", "", "");
  journal.add("attempt", {{"mode", "run"}, {"version", "1"}});
  journal.add("end", {{"outcome", "done"}});
  return kNoArguments;
}

Scene timer(const std::string& result) {
  return [=](Bench& bench) {
    bench.fakes.shell.on("systemctl show *.timer")
        .says(
            "LoadState=loaded\nActiveState=active\nLastTriggerUSec=@1795228200\nUnit=a.service\n");
    bench.fakes.shell.on("systemctl show *.service").says("Result=" + result + "\n");
    return core::Json{{"unit", "a"}};
  };
}

Scene checkout(const std::string& changes) {
  return [=](Bench& bench) {
    bench.fakes.shell.on("git * rev-parse HEAD").says("aaaa\n");
    bench.fakes.shell.on("git * status --porcelain").says(changes);
    return core::Json{{"folder", "/srv/x"}};
  };
}

Scene published(const std::string& local) {
  return [=](Bench& bench) {
    bench.fakes.shell.on("git ls-remote *").says("aaaa\tHEAD\n");
    bench.fakes.shell.on("git -c *").exits(local.empty() ? 128 : 0).says(local);
    return core::Json{{"repository", "https://g/x.git"}, {"checkout", "/srv/x"}};
  };
}

Scene noProgram(core::Json arguments) {
  return [=](Bench& bench) {
    bench.fakes.shell.on("*").fails({core::Kind::not_found, "no program of that name"});
    return arguments;
  };
}

}  // namespace

std::vector<Trio> fileTrios() {
  const core::Json stamp{{"file", "/s/stamp"}};
  const core::Json both{{"files", {"/s/stamp"}}};
  const auto file = [](const char* text, core::Json arguments) {
    return [=](Bench& bench) {
      bench.fakes.files.put("/s/stamp", text);
      return arguments;
    };
  };
  const auto nothing = [](core::Json arguments) { return [=](Bench&) { return arguments; }; };
  return {
      {"permissions", folderOf(999, false), folderOf(0, false), folderOf(999, true)},
      {"write-test", folderOf(999, false), folderOf(0, false), nobodyRuns},
      {"configuration", file("x", both), file("", both), shutFolder("/s", both)},
      {"file-age", file("x", stamp), nothing(stamp), shutFolder("/s", stamp)},
      {"backup-age", backup(std::chrono::hours(3)), backup(std::chrono::hours(40)),
       shutFolder("/var/backups/sotctl/netbox", kNoArguments)},
      {"rehearsal-age", rehearsed, nothing(kNoArguments),
       shutFolder("/var/lib/sotctl/runs", kNoArguments)},
      {"no-unfinished-run", marker(""),
       marker(R"({"run": "r1", "instance": "netbox", "verb": "restore run"})"), marker("{")},
  };
}

std::vector<Trio> hostTrios() {
  const core::Json plain{{"argv", {"check-it"}}};
  const core::Json timers{{"unit", "a"}};
  const core::Json address{{"address", "192.0.2.10"}};
  const core::Json folders{{"folders", {"/srv"}}};
  const std::string head = "Avail 1B-blocks IFree Inodes Mounted on\n";
  const auto command = [=](const std::string& kind) {
    return Trio{kind, shellSays("check-it", "good\n", plain),
                shellFails("check-it", "broken", plain), noProgram(plain)};
  };
  return {
      command("command"),
      command("probe-command"),
      {"timer", timer("success"), timer("exit-code"),
       shellFails("systemctl *", "System has not been booted with systemd", timers)},
      {"checkout", checkout(""), checkout(" M a.py\n"),
       shellFails("git *", "fatal: permission denied", {{"folder", "/srv/x"}})},
      {"published", published("aaaa\n"), published("bbbb\n"), published("")},
      {"disk", shellSays("df *", head + "500 1000 50 100 /srv\n", folders),
       shellSays("df *", head + "10 1000 50 100 /srv\n", folders),
       shellFails("df *", "df: /srv: No such file or directory", folders)},
      {"active-host", shellSays("ip *", "2: eth0    inet 192.0.2.10/24 brd x\n", address),
       shellSays("ip *", "2: eth0    inet 192.0.2.11/24 brd x\n", address),
       shellFails("ip *", "Cannot open netlink socket", address), core::Outcome::skip},
  };
}

}  // namespace validation_test
