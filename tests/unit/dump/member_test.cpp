#include "lib/core/error.hpp"
#include "lib/dump/archive.hpp"
#include "lib/dump/copy.hpp"
#include "tests/catch.hpp"
#include "tests/unit/dump/archive_builder.hpp"

namespace {

const dump::Member kRows{"3456.dat.gz", dump::MemberKind::rows, 1, "public", "dcim_site"};
const std::string kCopy = "1\tBerlin\n2\tParis\\nNord\n3\t\\\\.\n\\.\n\n\n";

dump::MemberFacts read(const std::string& bytes, const dump::Member& member = kRows) {
  core::StringSource source(bytes);
  return dump::readMember(source, member);
}

core::Kind refusal(const std::string& bytes, const dump::Member& member = kRows) {
  try {
    read(bytes, member);
  } catch (const core::Error& error) {
    INFO(error.what());
    CHECK(std::string(error.what()).find(member.file) != std::string::npos);
    return error.kind();
  }
  return core::Kind::unexpected;
}

/// Incompressible-looking rows, several blocks long.
std::string manyRows(int count) {
  std::string text;
  unsigned long state = 1;
  for (int i = 0; i < count; ++i) {
    state = state * 6364136223846793005UL + 1442695040888963407UL;
    text += std::to_string(i) + "\t" + std::to_string(state) + "\n";
  }
  return text + "\\.\n\n\n";
}

}  // namespace

TEST_CASE("the rows of a packed member are counted") {
  const auto facts = read(archive::gzip(kCopy));
  CHECK(facts.rows->rows() == 3);
  CHECK(facts.bytes == kCopy.size());
  CHECK(read(archive::gzip(manyRows(50000))).rows->rows() == 50000);
  CHECK(read(archive::gzip("\\.\n\n\n")).rows->rows() == 0);
  CHECK(read(archive::gzip("\n\n\\.\n\n\n")).rows->rows() == 2);  // a table without columns
}

TEST_CASE("several gzip members are one stream") {
  CHECK(read(archive::gzip(kCopy.substr(0, 5)) + archive::gzip(kCopy.substr(5))).rows->rows() == 3);
  CHECK(read(archive::gzip(kCopy) + archive::gzip("")).rows->rows() == 3);
}

TEST_CASE("a packed member that is cut anywhere is refused") {
  const std::string packed = archive::gzip(kCopy);
  for (std::size_t length = 0; length < packed.size(); ++length) {
    INFO("cut at " << length);
    REQUIRE(refusal(packed.substr(0, length)) == core::Kind::corrupt);
  }
}

TEST_CASE("a flipped bit in the packed data is found") {
  const std::string packed = archive::gzip(kCopy);
  for (std::size_t at = 10; at < packed.size(); ++at) {  // the first ten bytes are time and system
    std::string damaged = packed;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x04);
    INFO("flipped at " << at);
    REQUIRE(refusal(damaged) == core::Kind::corrupt);
  }
}

TEST_CASE("what follows the packed data is refused") {
  const std::string packed = archive::gzip(kCopy);
  CHECK(refusal(packed + "x") == core::Kind::corrupt);
  CHECK(refusal(packed + std::string(512, '\0')) == core::Kind::corrupt);
  CHECK(refusal(packed + "\x1f\x8b") == core::Kind::corrupt);
  CHECK(refusal("not packed at all") == core::Kind::corrupt);
}

TEST_CASE("rows without their end are refused although the packing is complete") {
  CHECK(refusal(archive::gzip("1\tBerlin\n")) == core::Kind::corrupt);
  CHECK(refusal(archive::gzip("1\tBerlin\n2\tPar")) == core::Kind::corrupt);
  CHECK(refusal(archive::gzip("")) == core::Kind::corrupt);
  CHECK(refusal(archive::gzip("1\tBerlin\n\\.")) == core::Kind::corrupt);
  CHECK(refusal(archive::gzip(kCopy + "4\tRoma\n")) == core::Kind::corrupt);
}

TEST_CASE("a packing that can't be undone is not called good") {
  dump::Member member = kRows;
  member.file = "3456.dat.zst";
  CHECK(refusal("anything", member) == core::Kind::undetermined);
  member.file = "3456.dat.lz4";
  CHECK(refusal("anything", member) == core::Kind::undetermined);
}

TEST_CASE("members are named by the entries and the list of large objects") {
  archive::Entry table;
  archive::Entry statements;
  statements.id = 2;
  statements.copy = "";
  statements.file = "3457.dat";
  archive::Entry blobs;
  blobs.id = 3;
  blobs.description = "BLOBS";
  blobs.file = "blobs.toc";
  core::StringSource source(archive::toc(14, {table, statements, blobs}));
  const dump::Toc toc = dump::readToc(source, "toc.dat");
  const auto found = dump::members(toc, "toc.dat");
  REQUIRE(found.size() == 3);
  CHECK(found[0].file == "3456.dat.gz");
  CHECK(found[0].table == "dcim_site");
  CHECK(found[1].kind == dump::MemberKind::statements);
  CHECK(found[2].file == "blobs.toc");

  core::StringSource list("16402 blob_16402.dat\n16403 blob_16403.dat\n");
  const auto objects = dump::largeObjects(list, "blobs.toc", toc.compression);
  REQUIRE(objects.size() == 2);
  CHECK(objects[1].file == "blob_16403.dat.gz");
  for (const char* wrong :
       {"16402 ../x\n", "16402\n", "x blob_x.dat\n", "1 blob_2.dat\n", "16402 blob_16402.dat"}) {
    core::StringSource bad(wrong);
    CHECK_THROWS_AS(dump::largeObjects(bad, "blobs.toc", toc.compression), core::Error);
  }
}

TEST_CASE("two entries can't name one file") {
  archive::Entry one;
  archive::Entry two;
  two.id = 2;
  core::StringSource source(archive::toc(14, {one, two}));
  const dump::Toc toc = dump::readToc(source, "toc.dat");
  CHECK_THROWS_AS(dump::members(toc, "toc.dat"), core::Error);
}
