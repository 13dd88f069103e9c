#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iostream>

#include "lib/backup/compare_files.hpp"
#include "lib/backup/parts.hpp"
#include "lib/backup/steps.hpp"
#include "lib/backup/verify.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/restore/files.hpp"
#include "tests/catch.hpp"
#include "tests/integration/restore/house.hpp"

using backup_tests::Site;
using Catch::Matchers::Contains;
using restore_tests::House;

namespace {

namespace fs = std::filesystem;

void write(const std::string& path, const std::string& text, unsigned mode = 0644) {
  fs::create_directories(fs::path(path).parent_path());
  std::ofstream(path) << text;
  chmod(path.c_str(), mode);
}

std::string read(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

const char* const kSet = "20261121T030001Z-abcd";
const std::string kLongName(220, 'n');

/// A site with an installation: media, scripts, configuration; and set 1 with all of it.
class Home {
 public:
  explicit Home(const std::string& database) : site_(database) {
    site_.sql("CREATE TABLE t (id integer); INSERT INTO t VALUES (1)");
    config::Instance& instance = site_.instance();
    instance.root = root();
    instance.settings = root() + "/netbox/netbox/configuration.py";
    instance.media = root() + "/netbox/media";
    write(root() + "/netbox/netbox/settings.py", "VERSION = '4.2.3'\n");
    write(instance.settings,
          "SECRET_KEY = 'not so secret'\nMEDIA_ROOT = '" + instance.media +
              "'\nDATABASE = {'NAME': 'x'}\n",
          0640);
    write(root() + "/local_requirements.txt", "netbox-plugin\n");
    write(root() + "/pyproject.toml", "[project]\n");
    write(root() + "/docker-compose.override.yml", "services: {}\n");
    write(root() + "/netbox/scripts/hello.py", "print()\n");
    write(media("image-attachments/rack.png"), std::string(700000, 'r'));
    write(media("image-attachments/" + kLongName), "long");
    write(media("odd \n name"), "odd", 0600);
    fs::create_symlink("image-attachments/rack.png", media("link"));
  }

  Site& site() { return site_; }
  std::string root() const { return folder_.path() + "/netbox"; }
  std::string media(const std::string& name) const { return root() + "/netbox/media/" + name; }

  backup::StoredSet make(const std::vector<std::string>& parts, int number = 1) {
    core::NoProgress progress;
    step::Registry registry;
    backup::registerSteps(registry, site_.world(), site_.instance());
    backup::Request request = site_.request(number);
    request.with = parts;
    for (const step::Spec& spec : backup::createSteps(request)) {
      registry.make(spec)->apply({}, progress);
    }
    return backup::lookAt(site_.world(), request.finalFolder());
  }

  restore::FilesPlan planFiles(const std::vector<std::string>& parts) {
    core::NoProgress progress;
    return restore::planFiles({site_.world(), site_.instance()},
                              backup::Store(site_.world(), site_.instance()).find(kSet), parts,
                              progress);
  }

  step::Plan filesPlan(House& house, const std::vector<std::string>& parts) {
    step::Plan plan = house.plan(kSet);
    plan.steps.clear();
    restore::addFileSteps(plan.steps, planFiles(parts), kSet, plan.id);
    return plan;
  }

  std::vector<std::string> beside() const {
    std::vector<std::string> names;
    for (const auto& each : fs::directory_iterator(root() + "/netbox")) {
      const std::string name = each.path().filename();
      if (name.starts_with("media.")) names.push_back(name);
    }
    return names;
  }

 private:
  Site site_;
  support::TemporaryFolder folder_;
};

core::Kind kindOf(const std::function<void()>& work) {
  try {
    work();
  } catch (const core::Error& error) {
    UNSCOPED_INFO(error.what());
    return error.kind();
  }
  FAIL("nothing was thrown");
  return core::Kind::unexpected;
}

}  // namespace

TEST_CASE("a set with media and configuration verifies, and plain tar unpacks it") {
  Home home("with_files");
  const backup::StoredSet set = home.make({"config", "media"});
  REQUIRE(set.good());
  const backup::Part& media = *set.manifest->part("media");
  CHECK(media.files == 5);  // with the link and the script
  CHECK(media.bytes == 700000 + 4 + 3 + 8);
  CHECK(media.whole());
  CHECK(media.changed_count == 0);
  CHECK(set.manifest->part("config")->files == 4);
  CHECK(set.manifest->secret_key.size() == 64);
  CHECK(fs::status(set.folder + "/config.tar.gz").permissions() == fs::perms(0600));

  core::NoProgress progress;
  const auto verified = backup::verifySet(home.site().world(), set, 2, progress);
  CHECK(verified.good());

  const std::string out = home.root() + "/out";
  fs::create_directories(out);
  const ports::Outcome tar = home.site().world().shell.run(
      {.argv = {"tar", "-xzpf", set.folder + "/media.tar.gz", "-C", out}});
  CHECK(tar.ok());
  CHECK(tar.err.empty());
  CHECK(read(out + "/media/image-attachments/rack.png") == std::string(700000, 'r'));
  CHECK(read(out + "/media/image-attachments/" + kLongName) == "long");
  CHECK(read(out + "/media/odd \n name") == "odd");
  CHECK(fs::read_symlink(out + "/media/link") == "image-attachments/rack.png");
}

TEST_CASE("a damaged archive of files is found, and so is one that lost a file") {
  Home home("damaged_files");
  const backup::StoredSet set = home.make({"media"});
  core::NoProgress progress;
  const std::string archive = set.folder + "/media.tar.gz";
  std::string text = read(archive);
  text[text.size() / 2] = static_cast<char>(text[text.size() / 2] ^ 4);
  write(archive, text, 0600);
  const auto damaged = backup::verifySet(home.site().world(), set, 2, progress);
  REQUIRE_FALSE(damaged.good());
  CHECK(damaged.damages.front().object == "media.tar.gz");
  fs::remove(archive);
  CHECK_THAT(backup::lookAt(home.site().world(), set.folder).broken, Contains("media.tar.gz"));
}

TEST_CASE("what can't be copied is left out and told, never forgotten") {
  Home home("left_out");
  fs::create_symlink("/etc/hostname", home.media("door"));
  REQUIRE(mkfifo(home.media("pipe").c_str(), 0600) == 0);
  const backup::StoredSet set = home.make({"media"});
  REQUIRE(set.good());
  const backup::Part& media = *set.manifest->part("media");
  CHECK_FALSE(media.whole());
  CHECK(media.left_out_count == 2);
  CHECK_THAT(core::join(media.left_out, "; "),
             Contains("media/door: is a link that leads out") && Contains("media/pipe"));
}

TEST_CASE("media in an object store is answered with could not determine") {
  Home home("object_store");
  std::ofstream(home.site().instance().settings, std::ios::app)
      << "STORAGE_BACKEND = 'storages.backends.s3boto3.S3Boto3Storage'\n";
  const backup::StoredSet set = home.make({"media"});
  REQUIRE(set.good());
  const backup::Part& media = *set.manifest->part("media");
  CHECK_THAT(media.undetermined, Contains("S3Boto3Storage"));
  CHECK_FALSE(media.whole());
  CHECK(media.roots.size() == 1);  // scripts are files all the same
}

TEST_CASE("files come back by exchange, go again by undo, and finish removes what was kept") {
  Home home("files_back");
  home.make({"config", "media"});
  House house(home.site());
  CHECK(home.planFiles({"media", "config"}).alreadySo());

  write(home.media("image-attachments/rack.png"), "overwritten");
  write(home.media("new.png"), "new");
  fs::remove(home.media("odd \n name"));
  fs::remove(home.root() + "/local_requirements.txt");
  const restore::FilesPlan plan = home.planFiles({"media", "config"});
  CHECK(plan.parts.size() == 2);
  CHECK(plan.parts[0].comparison.differences.size() == 3);
  CHECK(plan.parts[1].targets.size() == 1);
  CHECK_THAT(restore::inWords(plan), Contains("1 added, 1 removed, 1 changed"));

  const step::Run run = house.engine().run(home.filesPlan(house, {"media", "config"}), "test", "");
  CHECK(run.outcome == step::RunOutcome::done);
  CHECK(home.planFiles({"media", "config"}).alreadySo());
  CHECK(read(home.media("image-attachments/rack.png")) == std::string(700000, 'r'));
  CHECK(read(home.root() + "/local_requirements.txt") == "netbox-plugin\n");
  CHECK(home.beside().size() == 1);

  const step::Run undo = house.engine().run(house.engine().undoPlan(run), "", "");
  CHECK(read(home.media("image-attachments/rack.png")) == "overwritten");
  CHECK(read(home.media("new.png")) == "new");
  CHECK_FALSE(fs::exists(home.root() + "/local_requirements.txt"));
  CHECK(home.beside().size() == 1);

  const step::Run redo = house.engine().run(house.engine().undoPlan(undo), "", "");
  CHECK(home.planFiles({"media", "config"}).alreadySo());
  step::Plan finish = house.plan(kSet);
  finish.steps = restore::dropKeptFiles(redo);
  REQUIRE(finish.steps.size() == 1);  // of the configuration nothing was kept
  house.engine().run(finish, "", "");
  CHECK(home.beside().empty());
}

TEST_CASE("a set can't put files where the instance has none of its own") {
  Home home("foreign_files");
  backup::StoredSet set = home.make({"config"});
  for (backup::Part& part : set.manifest->parts) {
    part.roots.push_back({"etc/cron.d/evil", "/etc/cron.d/evil"});
  }
  core::NoProgress progress;
  const restore::FilesPlan plan =
      restore::planFiles({home.site().world(), home.site().instance()}, set, {"config"}, progress);
  CHECK(plan.parts[0].targets.empty());
  CHECK_THAT(restore::inWords(plan), Contains("etc/cron.d/evil") && Contains("no file of this"));
}

TEST_CASE(
    "files that somebody changes between plan and exchange stop the run, and all is as before") {
  Home home("raced_files");
  home.make({"media"});
  House house(home.site());
  write(home.media("image-attachments/rack.png"), "damaged");
  const step::Plan plan = home.filesPlan(house, {"media"});
  fs::rename(home.root() + "/netbox/media", home.root() + "/netbox/elsewhere");
  CHECK(kindOf([&] { house.engine().run(plan, "", ""); }) == core::Kind::refused);
  CHECK(home.beside().empty());
  CHECK(read(home.root() + "/netbox/elsewhere/image-attachments/rack.png") == "damaged");
}

/// Fills the disk once the copying has come to a file.
class Filler : public core::Progress {
 public:
  Filler(std::string at, std::string file) : at_(std::move(at)), file_(std::move(file)) {}
  void say(std::string_view) override {}
  void at(std::string_view what, std::uint64_t, std::uint64_t) override {
    if (what == at_) std::ofstream(file_) << std::string(8 << 20, 'f');
  }

 private:
  std::string at_;
  std::string file_;
};

TEST_CASE("a disk that fills while files are copied leaves no archive") {
  Home home("full_files");
  ports::World& world = home.site().world();
  const std::string small = home.root() + "/small";
  fs::create_directories(small);
  const ports::Outcome mounted =
      world.shell.run({.argv = {"mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", small}});
  if (!mounted.ok()) {
    std::cout << "SKIP a disk that fills while files are copied leaves no archive: "
                 "this place does not let a test mount a file system\n";
    return;
  }
  std::string noise(2 << 20, ' ');
  std::ifstream("/dev/urandom").read(noise.data(), static_cast<std::streamsize>(noise.size()));
  for (const char* name : {"a", "b"}) write(home.media(name), noise);
  Filler filler("copying media/b", small + "/filler");
  std::string said;
  try {
    backup::copyParts(world, backup::findRoots(world, home.site().instance()), {"media"}, small,
                      filler);
  } catch (const core::Error& error) {
    said = error.what();
  }
  CHECK_THAT(said, Contains("media.tar.gz") && Contains("o space left on device"));
  CHECK(std::distance(fs::directory_iterator(small), {}) == 1);  // the filler
  world.shell.run({.argv = {"umount", small}});
}
