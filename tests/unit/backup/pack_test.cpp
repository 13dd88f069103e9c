#include "lib/backup/pack.hpp"

#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"

TEST_CASE("whether a file system takes parts of files back is tried, and nothing stays of it") {
  for (const bool can : {true, false}) {
    fakes::FakeWorld fake;
    fake.files.makeFolder("/sets/dump", 0700);
    fake.shell.on("truncate --size=65536 -- /sets/dump/.holes")
        .does([&](const auto& command, auto&) {
          CHECK(command.user == "postgres");
          fake.files.replace("/sets/dump/.holes", "", 0600);
          return ports::Outcome{};
        });
    fake.shell.on("fallocate --punch-hole --offset=0 --length=65536 /sets/dump/.holes")
        .exits(can ? 0 : 1);
    CHECK(backup::Packer::canGiveBack(fake.world(), "/sets/dump", "postgres") == can);
    CHECK(fake.files.list("/sets/dump").empty());
  }
}

TEST_CASE("without the program nothing is given back, and that is no failure") {
  fakes::FakeWorld fake;
  fake.files.makeFolder("/sets/dump", 0700);
  fake.shell.on("truncate *").fails({core::Kind::not_found, "no such program"});
  CHECK_FALSE(backup::Packer::canGiveBack(fake.world(), "/sets/dump", ""));
}
