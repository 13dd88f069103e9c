#include "lib/backup/manifest.hpp"

#include "lib/backup/store.hpp"
#include "lib/core/error.hpp"
#include "lib/core/json.hpp"
#include "tests/catch.hpp"
#include "tests/unit/database/sample_facts.hpp"

namespace {

backup::Manifest sampleManifest() {
  backup::Manifest manifest;
  manifest.set = "20261121T030012Z-4f1c";
  manifest.instance = "netbox";
  manifest.product = "netbox";
  manifest.environment = "production";
  manifest.description = "before the upgrade";
  manifest.files = {{"dump/toc.dat", 4711, std::string(64, 'a')}, {"roles.sql", 12, "b"}};
  manifest.database = sample::facts();
  return manifest;
}

core::Kind refusal(const std::string& text) {
  try {
    backup::readManifest(text, "manifest.json");
  } catch (const core::Error& error) {
    return error.kind();
  }
  return core::Kind::unexpected;
}

}  // namespace

TEST_CASE("a manifest survives being written and read") {
  const std::string text = backup::writeManifest(sampleManifest());
  const backup::Manifest again = backup::readManifest(text, "manifest.json");
  CHECK(backup::writeManifest(again) == text);
  CHECK(again.bytes() == 4723);
  CHECK(again.taken() == sample::facts().taken);
  REQUIRE(again.file("roles.sql") != nullptr);
  CHECK(again.file("other") == nullptr);
}

TEST_CASE("a changed value breaks the seal of a manifest") {
  const std::string text = backup::writeManifest(sampleManifest());
  for (const char* value : {"4711", "before", "0/55267398", "16385", "owner netbox"}) {
    std::string changed = text;
    const auto at = changed.find(value);
    REQUIRE(at != std::string::npos);
    changed[at] = static_cast<char>(changed[at] ^ 1);
    CHECK(refusal(changed) == core::Kind::corrupt);
  }
}

TEST_CASE("a manifest that is cut, empty or something else is corrupt") {
  const std::string text = backup::writeManifest(sampleManifest());
  for (std::size_t length = 0; length + 2 < text.size(); length += 97) {
    CHECK(refusal(text.substr(0, length)) == core::Kind::corrupt);
  }
  CHECK(refusal("[]") == core::Kind::corrupt);
  CHECK(refusal("{}") == core::Kind::corrupt);
  CHECK(refusal("{\"format\": \"one\"}") == core::Kind::corrupt);
}

TEST_CASE("a manifest of a later format could not be determined") {
  CHECK(refusal("{\"format\": 2}") == core::Kind::undetermined);
}

TEST_CASE("only a name of the right shape is a set's id") {
  CHECK(backup::isSetId("20261121T030012Z-4f1c"));
  CHECK(backup::isSetId("20261121T030012Z-4f1c-ada-before-4-2"));
  for (const char* wrong : {"20261121T030012Z", "20261121T030012Z-4F1C", "20261121T030012Z-4f1c0",
                            "2026-121T030012Z-4f1c", "../../../../../etc/pw", "",
                            "20261121T030012Z-4f1c-", "20261121T030012Z-4f1c-a--b",
                            "20261121T030012Z-4f1c-Ada", "20261121T030012Z-4f1c-../../etc",
                            "20261121T030012Z-4f1c-a/b", "20261121T030012Z-4f1cada"}) {
    CHECK_FALSE(backup::isSetId(wrong));
  }
}

TEST_CASE("person and description become part of a set's id") {
  const std::string run = "20261121T030012Z-4f1c";
  CHECK(backup::setId(run, "alice", "Before upgrade!") == run + "-alice-before-upgrade");
  CHECK(backup::setId(run, "alice", " ") == run);
  CHECK(backup::setId(run, "DOM\\ann", "../..") == run + "-dom-ann");
  CHECK(backup::setId(run, "", "\xe2\x82\xac") == run);
  const std::string longest =
      backup::setId(run, std::string(40, 'x'), "one two three four five six seven eight nine");
  CHECK(longest == run + "-" + std::string(16, 'x') + "-one-two-three-four-five-six");
  CHECK(backup::isSetId(longest));
  CHECK(backup::isSetId(backup::setId(run, std::string(40, 'x'), std::string(90, 'y'))));
  CHECK(backup::runOf(longest) == run);
}
