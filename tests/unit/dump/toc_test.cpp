#include "lib/dump/toc.hpp"

#include "lib/core/error.hpp"
#include "tests/catch.hpp"
#include "tests/unit/dump/archive_builder.hpp"

namespace {

dump::Toc read(const std::string& bytes) {
  core::StringSource source(bytes);
  return dump::readToc(source, "toc.dat");
}

core::Kind refusal(const std::string& bytes) {
  try {
    read(bytes);
  } catch (const core::Error& error) {
    INFO(error.what());
    CHECK(std::string(error.what()).starts_with("toc.dat"));
    return error.kind();
  }
  return core::Kind::unexpected;
}

}  // namespace

TEST_CASE("a table of contents of each known format is read") {
  for (const int minor : {12, 13, 14, 15, 16}) {
    const dump::Toc toc = read(archive::toc(minor, {archive::Entry{}}));
    CHECK(toc.version_minor == minor);
    CHECK(toc.compression == dump::Compression::gzip);
    CHECK(toc.database == "netbox");
    CHECK(toc.server_version == "15.20");
    REQUIRE(toc.entries.size() == 1);
    CHECK(toc.entries[0].tag == "dcim_site");
    CHECK(toc.entries[0].schema == "public");
    CHECK(toc.entries[0].owner == "netbox");
    CHECK(toc.entries[0].section == dump::Section::data);
    CHECK(toc.entries[0].dependencies == std::vector<int>{7});
    CHECK(toc.entries[0].file == "3456.dat");
    CHECK(toc.find(1) == &toc.entries[0]);
    CHECK(toc.find(2) == nullptr);
  }
}

TEST_CASE("the packing is known from the head") {
  CHECK(read(archive::toc(14, {}, 0)).compression == dump::Compression::none);
  CHECK(read(archive::toc(14, {}, -1)).compression == dump::Compression::gzip);
  CHECK(read(archive::toc(16, {}, 0)).compression == dump::Compression::none);
  CHECK(read(archive::toc(16, {}, 2)).compression == dump::Compression::lz4);
  CHECK(read(archive::toc(16, {}, 3)).compression == dump::Compression::zstd);
  CHECK(refusal(archive::toc(16, {}, 9)) == core::Kind::corrupt);
  CHECK(refusal(archive::toc(14, {}, 77)) == core::Kind::corrupt);
}

TEST_CASE("a newer format and another kind of archive could not be determined") {
  CHECK(refusal(archive::toc(17, {})) == core::Kind::undetermined);
  std::string custom = archive::toc(14, {});
  custom[10] = 1;
  CHECK(refusal(custom) == core::Kind::undetermined);
}

TEST_CASE("a table of contents that is cut anywhere is refused") {
  const std::string whole = archive::toc(14, {archive::Entry{}});
  for (std::size_t length = 0; length < whole.size(); ++length) {
    INFO("cut at " << length);
    REQUIRE(refusal(whole.substr(0, length)) == core::Kind::corrupt);
  }
  CHECK(refusal(whole + "x") == core::Kind::corrupt);
}

TEST_CASE("no byte of a table of contents can be turned into a crash or a huge allocation") {
  const std::string whole = archive::toc(16, {archive::Entry{}});
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const int value : {0x00, 0x01, 0x7f, 0x80, 0xff}) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(value);
      core::StringSource source(damaged);
      try {
        dump::readToc(source, "toc.dat");
      } catch (const core::Error& error) {
        const bool known =
            error.kind() == core::Kind::corrupt || error.kind() == core::Kind::undetermined;
        REQUIRE(known);
      }
    }
  }
}

TEST_CASE("absurd counts and lengths are refused") {
  std::string many = archive::head(14, 1) + archive::integer(2000000000);
  CHECK(refusal(many) == core::Kind::corrupt);
  CHECK(refusal(archive::head(14, 1) + archive::integer(-1)) == core::Kind::corrupt);
}

TEST_CASE("a member can't be named outside the archive's folder") {
  for (const char* name :
       {"../3456.dat", "/etc/passwd", "..", ".hidden", "a/b", "a b", "a\nb", "a\\b"}) {
    archive::Entry entry;
    entry.file = name;
    CHECK(refusal(archive::toc(14, {entry})) == core::Kind::corrupt);
  }
}

TEST_CASE("dump ids are unique positive numbers and dependencies are numbers") {
  archive::Entry entry;
  CHECK(refusal(archive::toc(14, {entry, entry})) == core::Kind::corrupt);
  entry.id = 0;
  CHECK(refusal(archive::toc(14, {entry})) == core::Kind::corrupt);
  entry.id = 1;
  entry.dependencies = {"7x"};
  CHECK(refusal(archive::toc(14, {entry})) == core::Kind::corrupt);
  entry.dependencies = {};
  entry.section = 9;
  CHECK(refusal(archive::toc(14, {entry})) == core::Kind::corrupt);
}

TEST_CASE("a sequence's value is read from its entry") {
  dump::TocEntry entry;
  entry.description = "SEQUENCE SET";
  entry.definition = "SELECT pg_catalog.setval('public.site_id_seq', 200013, true);\n";
  const auto value = dump::sequenceValue(entry);
  REQUIRE(value);
  CHECK(value->sequence == "public.site_id_seq");
  CHECK(value->last_value == 200013);
  CHECK(value->is_called);
  entry.definition = "SELECT pg_catalog.setval('public.\"it''s\"', -1, false);\n";
  REQUIRE(dump::sequenceValue(entry));
  CHECK(dump::sequenceValue(entry)->sequence == "public.\"it's\"");
  CHECK_FALSE(dump::sequenceValue(entry)->is_called);
  entry.definition = "SELECT pg_catalog.setval('public.x', 1, true); DROP TABLE y;\n";
  CHECK_FALSE(dump::sequenceValue(entry));
  entry.definition = "SELECT pg_catalog.setval('public.x";
  CHECK_FALSE(dump::sequenceValue(entry));
  entry.description = "TABLE";
  CHECK_FALSE(dump::sequenceValue(entry));
}
