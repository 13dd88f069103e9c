#include "lib/adapters/disk.hpp"

#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/catch.hpp"
#include "tests/support/kinds.hpp"
#include "tests/support/temporary_folder.hpp"

namespace fs = std::filesystem;
using support::kindOf;

namespace {

/// Limits the size of files while it lives: writing more fails as on a full disk.
class SmallFiles {
 public:
  explicit SmallFiles(rlim_t bytes) {
    getrlimit(RLIMIT_FSIZE, &before_);
    handler_ = signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~SmallFiles() {
    setrlimit(RLIMIT_FSIZE, &before_);
    signal(SIGXFSZ, handler_);
  }
  SmallFiles(const SmallFiles&) = delete;
  SmallFiles& operator=(const SmallFiles&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int) = nullptr;
};

std::size_t entries(const std::string& folder) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

}  // namespace

TEST_CASE("modes are exact whatever the process's mask is, and narrow from the first byte") {
  const support::TemporaryFolder folder;
  adapters::DiskFiles files;
  const mode_t before = umask(077);
  files.replace(folder / "open", "", 0664);
  files.makeFolder(folder / "folder", 0755);
  umask(0);
  const auto sink = files.create(folder / "new", 0644);
  const std::string partial = files.list(folder.path()).at(1).name;
  CHECK(files.info(folder / partial)->mode == 0600);
  umask(before);
  CHECK(files.info(folder / "open")->mode == 0664);
  CHECK(files.info(folder / "folder")->mode == 0755);
}

TEST_CASE("a FIFO is refused and does not block") {
  const support::TemporaryFolder folder;
  adapters::DiskFiles files;
  REQUIRE(mkfifo((folder / "fifo").c_str(), 0600) == 0);
  CHECK(kindOf([&] { files.read(folder / "fifo"); }) == "refused");
  CHECK(kindOf([&] { files.open(folder / "fifo"); }) == "refused");
  CHECK(kindOf([&] { files.truncate(folder / "fifo", 0); }) == "refused");
  CHECK(kindOf([&] { files.append(folder / "fifo", "x", 0600); }) == "refused");
}

TEST_CASE("a full disk leaves the old content and nothing else") {
  const support::TemporaryFolder folder;
  adapters::DiskFiles files;
  files.replace(folder / "a", "old", 0600);
  files.append(folder / "log", "line\n", 0600);
  {
    const SmallFiles full(1000);
    const std::string large(2000, 'x');
    CHECK(kindOf([&] { files.replace(folder / "a", large, 0600); }) == "unexpected");
    CHECK(kindOf([&] { files.append(folder / "log", large, 0600); }) == "unexpected");
  }
  CHECK(files.read(folder / "a") == "old");
  CHECK(files.read(folder / "log") == "line\n");
  CHECK(entries(folder.path()) == 2);
}

TEST_CASE("a partial file that a killed process left does not disturb") {
  const support::TemporaryFolder folder;
  adapters::DiskFiles files;
  for (int i = 0; i < 2000; ++i) {
    std::ofstream(folder / ("a.partial-" + std::to_string(getpid()) + "-" + std::to_string(i)));
  }
  files.replace(folder / "a", "text", 0600);
  CHECK(files.read(folder / "a") == "text");
}

TEST_CASE("a lock is seen by another process and free when its holder is killed") {
  const support::TemporaryFolder folder;
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const pid_t helper = fork();
  if (helper == 0) {
    adapters::DiskFiles files;
    const auto held = files.lock(folder / "lock");
    if (write(ends[1], "x", 1) != 1) _exit(1);
    pause();
    _exit(0);
  }
  char ready = 0;
  REQUIRE(read(ends[0], &ready, 1) == 1);
  adapters::DiskFiles files;
  CHECK_FALSE(files.lock(folder / "lock"));
  kill(helper, SIGKILL);
  waitpid(helper, nullptr, 0);
  CHECK(files.lock(folder / "lock"));
  close(ends[0]);
  close(ends[1]);
}

TEST_CASE("a lock on a file that was replaced is no lock on the new one") {
  const support::TemporaryFolder folder;
  adapters::DiskFiles files;
  const auto old = files.lock(folder / "lock");
  REQUIRE(old);
  fs::remove(folder / "lock");
  const auto next = files.lock(folder / "lock");
  CHECK(next);
  CHECK_FALSE(files.lock(folder / "lock"));
}

TEST_CASE("without the right, files are denied and named", "[root]") {
  if (geteuid() != 0) return;
  const support::TemporaryFolder folder;
  adapters::DiskFiles files;
  files.makeFolder(folder / "closed", 0700);
  files.replace(folder / "closed/secret", "x", 0600);
  fs::permissions(folder.path(), fs::perms(0755));
  const pid_t child = fork();
  if (child == 0) {
    if (setuid(65534) != 0) _exit(9);
    const bool right = kindOf([&] { files.read(folder / "closed/secret"); }) == "denied" &&
                       kindOf([&] { files.list(folder / "closed"); }) == "denied" &&
                       kindOf([&] { files.info(folder / "closed/secret"); }) == "denied" &&
                       kindOf([&] { files.replace(folder / "mine", "", 0600); }) == "denied" &&
                       kindOf([&] { files.setOwner(folder / "closed", "nobody"); }) == "denied" &&
                       !files.may(folder / "closed/secret", 'r') && !files.may(folder.path(), 'w');
    _exit(right ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  CHECK(status == 0);
  files.setOwner(folder / "closed", "nobody");
  CHECK(files.info(folder / "closed")->owner_name == "nobody");
}

TEST_CASE("a tree with a mount point in it is not removed below it", "[root]") {
  const support::TemporaryFolder folder;
  adapters::DiskFiles files;
  files.makeFolder(folder / "tree/mounted", 0755);
  // Not every sandbox lets root mount.
  if (mount("none", (folder / "tree/mounted").c_str(), "tmpfs", 0, "size=64k") != 0) return;
  std::ofstream(folder / "tree/mounted/kept") << "x";
  CHECK(kindOf([&] { files.removeTree(folder / "tree"); }) == "refused");
  CHECK(fs::exists(folder / "tree/mounted/kept"));
  umount((folder / "tree/mounted").c_str());
  files.removeTree(folder / "tree");
}
