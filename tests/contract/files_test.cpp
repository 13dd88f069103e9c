#include "lib/ports/files.hpp"

#include <filesystem>
#include <thread>

#include "lib/adapters/disk.hpp"
#include "lib/remote/files.hpp"
#include "tests/catch.hpp"
#include "tests/contract/files_contract.hpp"
#include "tests/fakes/clock.hpp"
#include "tests/fakes/mem_files.hpp"
#include "tests/fakes/trees.hpp"
#include "tests/support/alive.hpp"
#include "tests/support/kinds.hpp"
#include "tests/support/private_sshd.hpp"
#include "tests/support/served.hpp"
#include "tests/support/ssh_world.hpp"
#include "tests/support/temporary_folder.hpp"

using contract::FilesContract;
using support::kindOf;

namespace {

/// Other hosts are this one: links are made, and looked at, from here.
void onDisk(ports::Files& files) {
  const support::TemporaryFolder folder;
  FilesContract(files, folder.path(), [](const std::string& target, const std::string& path) {
    std::filesystem::create_symlink(target, path);
  }).all();
}

std::string message(const std::function<void()>& work) {
  try {
    work();
    return "no error";
  } catch (const core::Error& error) {
    return std::string(core::kindName(error.kind())) + ": " + error.what() + " / " + error.hint();
  }
}

}  // namespace

TEST_CASE("the disk keeps the contract of files") {
  adapters::DiskFiles files;
  onDisk(files);
  const support::TemporaryFolder folder;
  FilesContract(files, folder.path(), [](const std::string& target, const std::string& path) {
    std::filesystem::create_symlink(target, path);
  }).here();
}

TEST_CASE("files in memory keep the contract of files") {
  const core::Cancellation cancellation;
  fakes::FakeClock clock(cancellation);
  fakes::MemFiles files(clock);
  files.putFolder("/tmp/test");
  FilesContract contract(
      files, "/tmp/test",
      [&](const std::string& target, const std::string& path) { files.putLink(path, target); });
  contract.all();
  contract.here();
}

TEST_CASE("files that the other half serves keep the contract of files") {
  adapters::DiskFiles disk;
  fakes::FakeTrees trees;
  remote::RemoteFiles files("box", support::servedBy(disk, trees));
  onDisk(files);
}

TEST_CASE("files of another host keep the contract of files", "[ssh]") {
  support::PrivateSshd sshd;
  for (const auto transport :
       {ports::HostAddress::Transport::libssh2, ports::HostAddress::Transport::ssh}) {
    support::SshWorld world;
    onDisk(world.at(sshd.address("ed25519", transport)).files);
  }
}

TEST_CASE("names and contents of another host may be any bytes", "[ssh]") {
  const support::TemporaryFolder folder;
  adapters::DiskFiles disk;
  fakes::FakeTrees trees;
  remote::RemoteFiles files("box", support::servedBy(disk, trees));
  const std::string path = folder / "a\n\xff'\"";
  std::string bytes(3'000'000, '\0');
  for (std::size_t at = 0; at < bytes.size(); ++at) bytes[at] = static_cast<char>(at * 7);
  const auto sink = files.create(path, 0600);
  sink->write(bytes);
  sink->finish();
  CHECK(disk.read(path) == bytes);
  CHECK(contract::readAll(files, path) == bytes);
  CHECK(files.list(folder.path()).at(0).name == "a\n\xff'\"");
  CHECK_THAT(message([&] { files.read(folder / "none"); }),
             Catch::Contains("not_found: box: can't "));
}

TEST_CASE("a lock on another host goes with the connection, and that is known", "[ssh]") {
  support::PrivateSshd sshd;
  const support::TemporaryFolder folder;
  support::SshWorld world;
  ports::Files& files =
      world.at(sshd.address("ed25519", ports::HostAddress::Transport::libssh2)).files;
  auto lock = files.lock(folder / "lock");
  REQUIRE(lock);
  CHECK(lock->held());
  CHECK_FALSE(world.files.lock(folder / "lock"));
  // An interrupt must not take it: brackets are closed under it.
  world.cancellation.request();
  CHECK(lock->held());
  world.cancellation.reset();
  sshd.cutConnections();
  CHECK_FALSE(lock->held());
  lock.reset();
  CHECK(files.info(folder.path()));
  CHECK(support::eventually([&] { return world.files.lock(folder / "lock") != nullptr; }));
}

TEST_CASE("nothing stays of a half that was brought along", "[ssh]") {
  support::PrivateSshd sshd;
  support::SshWorld world;
  ports::World& box = world.at(sshd.address("ed25519", ports::HostAddress::Transport::libssh2));
  CHECK(box.files.info("/"));
  const auto left = world.shell.run(
      {.argv = {"sh", "-c", "find \"$HOME\" /run -maxdepth 1 -name '.sotctl-*' 2>/dev/null"}});
  CHECK(left.out.empty());
  const auto running =
      world.shell.run({.argv = {"sh", "-c", "ls -l /proc/[0-9]*/exe 2>/dev/null"}});
  CHECK_THAT(running.out, Catch::Contains("/.sotctl-") && Catch::Contains("(deleted)"));
}

TEST_CASE("an installed half must be there, and root's alone", "[ssh]") {
  support::PrivateSshd sshd;
  support::SshWorld world;
  auto address = sshd.address("ed25519", ports::HostAddress::Transport::libssh2);
  address.remote = ports::HostAddress::Remote::installed;
  if (std::filesystem::exists("/usr/lib/sotctl/sotctl-remote")) return;
  CHECK_THAT(message([&] { world.at(address).files.info("/"); }),
             Catch::Contains("not_found: box has no /usr/lib/sotctl/sotctl-remote") &&
                 Catch::Contains("remote = \"upload\""));
}
