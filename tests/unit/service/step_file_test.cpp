#include "lib/service/step_file.hpp"

#include "lib/core/error.hpp"
#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"

using namespace service;
using Catch::Matchers::Contains;
using step::Verdict;

namespace {

const std::string kFile = "/opt/netbox/configuration.py";

struct Change {
  Change() {
    fake.files.put(kFile, "OLD = 1\n", 0640, 999);
    fake.files.put("/root/new.py", "NEW = 1\n");
    fake.shell.on("diff *").says("-SECRET_KEY = 'a'\n+SECRET_KEY = 'b'\n").always();
  }
  FileReplaced made(bool accepted = false) {
    const auto spec =
        fileStep(fake.world(), instance, "", kFile, "/root/new.py", "run-1", accepted);
    return {Environment{fake.world(), instance}, spec.arguments};
  }
  fakes::FakeWorld fake;
  config::Instance instance;
  core::NoProgress progress;
};

}  // namespace

TEST_CASE("a file is replaced in one move, the old content stays beside it") {
  Change change;
  change.fake.shell.on("chown -h --reference=" + kFile + " *").times(2);
  auto step = change.made();
  CHECK(step.observe(nullptr).verdict == Verdict::needed);
  const auto before = step.before();
  step.apply(before, change.progress);
  CHECK(change.fake.files.text(kFile) == "NEW = 1\n");
  CHECK(change.fake.files.text(kFile + ".run-1") == "OLD = 1\n");
  CHECK(change.fake.files.info(kFile)->mode == 0640);
  CHECK(step.observe(&before).verdict == Verdict::satisfied);
  const auto back = step.compensation(before, step::Purpose::undo);
  CHECK(back.spec.arguments["from"] == kFile + ".run-1");
}

TEST_CASE("a file that somebody changed meanwhile is left to them") {
  Change change;
  auto step = change.made();
  const auto before = step.before();
  change.fake.files.put(kFile, "THEIRS = 1\n");
  CHECK(step.observe(&before).verdict == Verdict::blocked);
}

TEST_CASE("a new content that changed since the plan is not used") {
  Change change;
  auto step = change.made();
  change.fake.files.put("/root/new.py", "OTHER = 1\n");
  CHECK(step.observe(nullptr).verdict == Verdict::blocked);
}

TEST_CASE("a file that is kept elsewhere is refused with the change and without secrets") {
  Change change;
  change.fake.files.put(kFile, "# Ansible managed: do not edit\nOLD = 1\n");
  auto step = change.made();
  const auto seen = step.observe(nullptr);
  CHECK(seen.verdict == Verdict::blocked);
  CHECK_THAT(seen.check.found, Contains("Ansible") && Contains("+SECRET_KEY = ***"));
  auto accepted = change.made(true);
  CHECK(accepted.observe(nullptr).verdict == Verdict::needed);
  change.fake.files.put(kFile, "OLD = 1\n");
  change.fake.files.put("/var/lib/puppet/state/resources.txt", "file[" + kFile + "]\n");
  CHECK_THAT(change.made().observe(nullptr).check.found, Contains("Puppet"));
}

TEST_CASE("links and folders are never replaced") {
  Change change;
  change.fake.files.putLink("/opt/netbox/link.py", kFile);
  CHECK_THROWS_AS(fileStep(change.fake.world(), change.instance, "", "/opt/netbox/link.py",
                           "/root/new.py", "r", false),
                  core::Error);
  CHECK_THROWS_AS(
      fileStep(change.fake.world(), change.instance, "", "/opt/netbox", "/root/new.py", "r", false),
      core::Error);
  CHECK_THROWS_AS(
      fileStep(change.fake.world(), change.instance, "", "/opt/none", "/root/new.py", "r", false),
      core::Error);
}

TEST_CASE("a full disk leaves the file as it was") {
  Change change;
  auto step = change.made();
  const auto before = step.before();
  change.fake.files.free(3);
  CHECK_THROWS_AS(step.apply(before, change.progress), core::Error);
  CHECK(change.fake.files.text(kFile) == "OLD = 1\n");
  CHECK_FALSE(change.fake.files.info(kFile + ".sotctl-new"));
}

TEST_CASE("files that the configuration says others keep are refused") {
  Change change;
  change.instance.managed = {{"/opt/netbox/*.py", "Salt"}};
  const auto seen = change.made().observe(nullptr);
  CHECK(seen.verdict == Verdict::blocked);
  CHECK_THAT(seen.check.found, Contains("Salt"));
  CHECK(change.made(true).observe(nullptr).verdict == Verdict::needed);
}

TEST_CASE("who keeps a file is waited for, with the change to make there") {
  Change change;
  change.instance.managed = {{kFile, "Salt"}};
  auto spec = fileStep(change.fake.world(), change.instance, "", kFile, "/root/new.py", {}, true);
  spec.arguments["limit_ms"] = 5000;
  FileAwaited step({change.fake.world(), change.instance}, spec.arguments);
  CHECK(step.observe(nullptr).verdict == Verdict::needed);
  CHECK_THROWS_WITH(step.apply({}, change.progress), Contains("does not have that content"));
  change.fake.clock.onSleep([&] { change.fake.files.put(kFile, "NEW = 1\n"); });
  step.apply({}, change.progress);
  CHECK(step.observe(nullptr).verdict == Verdict::satisfied);
}
