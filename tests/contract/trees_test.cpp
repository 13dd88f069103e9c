#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <thread>

#include "lib/adapters/disk.hpp"
#include "lib/adapters/disk_trees.hpp"
#include "lib/core/error.hpp"
#include "lib/remote/trees.hpp"
#include "tests/catch.hpp"
#include "tests/fakes/clock.hpp"
#include "tests/fakes/mem_files.hpp"
#include "tests/fakes/trees.hpp"
#include "tests/support/served.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

constexpr unsigned kNobody = 65534;
const core::Cancellation real_cancellation;

/// Notes what a walk shows: "folder 755 media", with the path below the root.
class Notes : public ports::TreeVisitor {
 public:
  bool enter(const ports::Node& folder, bool) override {
    note(folder);
    if (folder.name == "closed") return false;
    path_.emplace_back(folder.name);
    return true;
  }
  void leave() override { path_.pop_back(); }
  void visit(const ports::Node& node) override { note(node); }
  void missed(std::string_view name, const std::string&) override {
    seen.emplace("missed " + std::string(name), ports::AttributeChange{});
  }

  std::map<std::string, ports::AttributeChange> seen;

 private:
  void note(const ports::Node& node) {
    std::string path;
    for (std::size_t i = 1; i < path_.size(); ++i) path += path_[i] + "/";
    path += node.name;
    seen[path] = {path, node.device, node.inode, node.attributes, node.attributes};
  }
  std::vector<std::string> path_;
};

/// What every implementation does, in a tree: media/ (0750, of nobody) with photo (0644), inner/
/// (0700) and inner/deep (0600).
void contract(ports::Trees& trees, const std::string& root) {
  Notes notes;
  trees.walk(root + "/media", notes);
  REQUIRE(notes.seen.size() == 4);
  CHECK(notes.seen.at("").from.mode == 0750);
  CHECK(notes.seen.at("").from.uid == kNobody);
  CHECK(notes.seen.at("inner").from.type == ports::FileType::folder);
  CHECK(notes.seen.at("inner/deep").from.mode == 0600);

  CHECK(trees.attributes(root + "/media/photo")->mode == 0644);
  CHECK_FALSE(trees.attributes(root + "/media/none"));
  CHECK(trees.account("root") == ports::Identity{0, 0, trees.account("root")->groups});
  CHECK_FALSE(trees.account("nobody-of-this-name"));
  CHECK(trees.group("root") == 0U);
  CHECK(trees.groupName(0) == "root");
  CHECK(trees.accountName(4294967) == "");

  const ports::Identity nobody{kNobody, kNobody, {}};
  const auto answers = trees.access(nobody, 0,
                                    {{root + "/media", "rwx"},
                                     {root + "/media/photo", "r"},
                                     {root + "/media/photo", "w"},
                                     {root + "/media/inner/deep", "r"},
                                     {root + "/media/none", "r"}});
  REQUIRE(answers.size() == 5);
  CHECK(answers[0].allowed);
  CHECK(answers[1].allowed);
  CHECK(answers[2].error == EACCES);
  CHECK(answers[3].error == EACCES);
  CHECK(answers[4].error == ENOENT);

  CHECK(trees.tryWrite(nobody, 0, root + "/media").ok);
  const ports::WriteTrial trial = trees.tryWrite(nobody, 0, root + "/media/inner");
  CHECK(trial.failed == "create");
  CHECK(trial.words == "permission denied");

  ports::AttributeChange photo = notes.seen.at("photo");
  photo.to.uid = kNobody;
  photo.to.mode = 0640;
  ports::AttributeChange meddled = notes.seen.at("inner/deep");
  meddled.from.mode = 0666;
  meddled.to.mode = 0777;
  ports::AttributeChange another = notes.seen.at("inner");
  another.inode += 4711;
  ports::AttributeChange none = notes.seen.at("photo");
  none.path = "none";
  using ports::Changed;
  CHECK(trees.change(root + "/media", {photo, meddled, another, none}) ==
        std::vector{Changed::done, Changed::other, Changed::gone, Changed::gone});
  CHECK(trees.attributes(root + "/media/photo")->uid == kNobody);
  CHECK(trees.attributes(root + "/media/photo")->mode == 0640);
  CHECK(trees.change(root + "/media", {photo}) == std::vector{Changed::already});
  CHECK_THROWS_AS(trees.change(root + "/none", {photo}), core::Error);
  CHECK_THROWS_AS(trees.walk(root + "/none", notes), core::Error);
}

void make(const std::string& path, unsigned mode, const char* text = nullptr) {
  if (text == nullptr) {
    std::filesystem::create_directory(path);
  } else {
    std::ofstream(path) << text;
  }
  REQUIRE(chmod(path.c_str(), mode) == 0);
}

/// The tree of the contract, on disk. Giving files away needs root.
struct Ground {
  core::Cancellation cancellation;
  adapters::DiskTrees trees{cancellation};
  support::TemporaryFolder folder;
  std::string root = folder.path();

  Ground() {
    REQUIRE(chmod(root.c_str(), 0755) == 0);
    make(root + "/media", 0750);
    REQUIRE(chown((root + "/media").c_str(), kNobody, kNobody) == 0);
    make(root + "/media/photo", 0644, "x");
    make(root + "/media/inner", 0700);
    make(root + "/media/inner/deep", 0600, "x");
  }
  ports::AttributeChange seen(const std::string& path) {
    Notes notes;
    trees.walk(root + "/media", notes);
    return notes.seen.at(path);
  }
};

}  // namespace

TEST_CASE("trees on disk keep the contract", "[contract][trees]") {
  if (geteuid() != 0) return;
  Ground ground;
  contract(ground.trees, ground.root);
}

TEST_CASE("trees in memory keep the contract", "[contract][trees]") {
  fakes::FakeTrees trees;
  trees.folder("/srv", 0755);
  trees.folder("/srv/media", 0750, kNobody, kNobody);
  trees.file("/srv/media/photo", 0644);
  trees.folder("/srv/media/inner", 0700);
  trees.file("/srv/media/inner/deep", 0600);
  contract(trees, "/srv");
}

TEST_CASE("trees of another host keep the contract", "[contract][trees]") {
  if (geteuid() != 0) return;
  Ground ground;
  adapters::DiskFiles files;
  remote::RemoteTrees trees("box", support::servedBy(files, ground.trees));
  contract(trees, ground.root);
}

TEST_CASE("a walk elsewhere shows what one here shows, in many blocks", "[contract][trees]") {
  fakes::FakeTrees real;
  fakes::FakeClock clock{real_cancellation};
  fakes::MemFiles files(clock);
  real.folder("/t", 0750);
  for (int folder = 0; folder < 40; ++folder) {
    const std::string path = "/t/folder-" + std::to_string(folder);
    real.folder(path, folder % 3 == 0 ? 0700 : 0750, 7, 8);
    for (int file = 0; file < 500; ++file) {
      real.file(path + "/a file with a long name that fills a block sooner " + std::to_string(file),
                0640, 7, file % 2 == 0 ? 8 : 9);
    }
    real.at(path).access_acl = folder % 5 == 0 ? std::string("\x02\0acl", 5) : "";
    real.linkTwice(path + "/a file with a long name that fills a block sooner 3");
  }
  real.folder("/t/closed", 0700);
  real.file("/t/closed/not seen", 0600);
  real.file("/t/two\nlines\xff", 0600);
  real.hide("/t/folder-7");
  Notes here;
  real.walk("/t", here);
  Notes there;
  remote::RemoteTrees trees("box", support::servedBy(files, real));
  trees.walk("/t", there);
  CHECK(here.seen.size() == 39 * 500 + 40 + 4);
  REQUIRE(there.seen.size() == here.seen.size());
  for (const auto& [path, seen] : here.seen) {
    const auto& other = there.seen.at(path);
    if (other.from == seen.from && other.inode == seen.inode && other.device == seen.device)
      continue;
    FAIL("differs: " << path);
  }
}

TEST_CASE("a walk elsewhere that is given up ends there, too", "[contract][trees]") {
  fakes::FakeTrees real;
  fakes::FakeClock clock{real_cancellation};
  fakes::MemFiles files(clock);
  real.folder("/t", 0750);
  for (int file = 0; file < 30000; ++file) real.file("/t/file " + std::to_string(file), 0640);
  class Impatient : public Notes {
    void visit(const ports::Node& node) override {
      if (++seen_ == 100) throw core::Error(core::Kind::interrupted, "enough");
      Notes::visit(node);
    }
    int seen_ = 0;
  };
  remote::RemoteTrees trees("box", support::servedBy(files, real));
  Impatient notes;
  CHECK_THROWS_AS(trees.walk("/t", notes), core::Error);
  CHECK(trees.attributes("/t")->mode == 0750);
}

TEST_CASE("a folder that is swapped for a link all the time leads nowhere else",
          "[contract][trees]") {
  if (geteuid() != 0) return;
  Ground ground;
  make(ground.root + "/outside", 0700);
  make(ground.root + "/outside/deep", 0600, "x");
  ports::AttributeChange deep = ground.seen("inner/deep");
  deep.to = {ports::FileType::file, 0666, kNobody, kNobody};
  const std::string inner = ground.root + "/media/inner";
  std::atomic<bool> stop = false;
  std::thread racer([&] {
    std::error_code error;
    while (!stop) {
      std::filesystem::rename(inner, inner + "-kept", error);
      std::filesystem::create_directory_symlink(ground.root + "/outside", inner, error);
      std::filesystem::remove(inner, error);
      std::filesystem::rename(inner + "-kept", inner, error);
    }
  });
  std::map<ports::Changed, int> results;
  for (int i = 0; i < 3000; ++i) {
    ++results[ground.trees.change(ground.root + "/media", {deep}).front()];
    std::swap(deep.from, deep.to);
  }
  stop = true;
  racer.join();
  CHECK(results[ports::Changed::gone] > 0);
  CHECK(results[ports::Changed::done] > 0);
  CHECK(ground.trees.attributes(ground.root + "/outside/deep")->mode == 0600);
  CHECK(ground.trees.attributes(ground.root + "/outside/deep")->uid == 0);
}

TEST_CASE("a view of a process is walked and changed through no link of its own",
          "[contract][trees]") {
  if (geteuid() != 0) return;
  Ground ground;
  const std::string view = "/proc/" + std::to_string(getpid()) + "/root";
  Notes notes;
  ground.trees.walk(view + ground.root + "/media", notes);
  CHECK(notes.seen.size() == 4);
  std::filesystem::create_directory_symlink(ground.root + "/media", ground.root + "/link");
  CHECK_THROWS_AS(ground.trees.walk(view + ground.root + "/link/inner", notes), core::Error);
  ports::AttributeChange photo = notes.seen.at("photo");
  photo.to.mode = 0640;
  CHECK(ground.trees.change(view + ground.root + "/media", {photo}) ==
        std::vector{ports::Changed::done});
}

TEST_CASE("a change never follows a link or touches what has two names", "[contract][trees]") {
  if (geteuid() != 0) return;
  Ground ground;
  make(ground.root + "/secret", 0600, "x");
  ports::AttributeChange photo = ground.seen("photo");
  photo.to.mode = 0666;

  SECTION("a folder of the path became a link") {
    ports::AttributeChange deep = ground.seen("inner/deep");
    deep.to.mode = 0666;
    std::filesystem::rename(ground.root + "/media/inner", ground.root + "/elsewhere");
    std::filesystem::create_directory_symlink(ground.root + "/elsewhere",
                                              ground.root + "/media/inner");
    CHECK(ground.trees.change(ground.root + "/media", {deep}) == std::vector{ports::Changed::gone});
  }
  SECTION("the file became a link to a secret") {
    std::filesystem::remove(ground.root + "/media/photo");
    std::filesystem::create_symlink(ground.root + "/secret", ground.root + "/media/photo");
    CHECK(ground.trees.change(ground.root + "/media", {photo}) ==
          std::vector{ports::Changed::gone});
  }
  SECTION("a second name of a secret lies in the tree") {
    std::filesystem::create_hard_link(ground.root + "/secret", ground.root + "/media/hard");
    ports::AttributeChange hard = ground.seen("hard");
    hard.to.mode = 0666;
    CHECK(ground.trees.change(ground.root + "/media", {hard}) ==
          std::vector{ports::Changed::unsafe});
  }
  SECTION("the root itself is reached through a link") {
    std::filesystem::create_directory_symlink(ground.root + "/media", ground.root + "/link");
    CHECK_THROWS_AS(ground.trees.change(ground.root + "/link", {photo}), core::Error);
  }
  CHECK(ground.trees.attributes(ground.root + "/secret")->mode == 0600);
}

TEST_CASE("what is right keeps the time of its last change", "[contract][trees]") {
  if (geteuid() != 0) return;
  Ground ground;
  struct stat before {};
  REQUIRE(stat((ground.root + "/media/photo").c_str(), &before) == 0);
  const ports::AttributeChange photo = ground.seen("photo");
  CHECK(ground.trees.change(ground.root + "/media", {photo}) ==
        std::vector{ports::Changed::already});
  struct stat after {};
  REQUIRE(stat((ground.root + "/media/photo").c_str(), &after) == 0);
  CHECK(before.st_ctim.tv_nsec == after.st_ctim.tv_nsec);
}

TEST_CASE("a walk tells names that are no text, and very deep folders", "[contract][trees]") {
  core::Cancellation cancellation;
  adapters::DiskTrees trees(cancellation);
  const support::TemporaryFolder folder;
  std::ofstream(folder.path() + "/two\nlines\xff") << "x";
  int deep = openat(AT_FDCWD, folder.path().c_str(), O_RDONLY | O_DIRECTORY);
  for (int i = 0; i < 600; ++i) {
    REQUIRE(mkdirat(deep, "d", 0755) == 0);
    const int next = openat(deep, "d", O_RDONLY | O_DIRECTORY);
    close(deep);
    deep = next;
  }
  close(deep);
  Notes notes;
  trees.walk(folder.path(), notes);
  CHECK(notes.seen.contains("two\nlines\xff"));
  CHECK(notes.seen.size() == 602);
}
