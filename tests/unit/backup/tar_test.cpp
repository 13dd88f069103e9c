#include "lib/backup/tar.hpp"

#include <algorithm>
#include <cstdio>

#include "lib/core/error.hpp"
#include "tests/catch.hpp"
#include "tests/support/kinds.hpp"

using backup::TarEntry;
using backup::TarReader;
using backup::TarWriter;
using Catch::Matchers::Contains;
using ports::FileType;
using support::kindOf;

namespace {

TarEntry file(std::string path, std::uint64_t bytes = 0) {
  TarEntry entry{std::move(path), {}, {}};
  entry.info.bytes = bytes;
  entry.info.mode = 0640;
  entry.info.owner = 999;
  entry.info.group = 33;
  entry.info.owner_name = "netbox";
  entry.info.group_name = "www-data";
  entry.info.changed = core::Time(std::chrono::seconds(1700000000));
  return entry;
}

TarEntry folder(std::string path) {
  TarEntry entry = file(std::move(path));
  entry.info.type = FileType::folder;
  entry.info.mode = 0750;
  return entry;
}

TarEntry linkTo(std::string path, std::string target) {
  TarEntry entry = file(std::move(path));
  entry.info.type = FileType::link;
  entry.target = std::move(target);
  return entry;
}

std::string tarWith(const std::vector<std::pair<TarEntry, std::string>>& entries) {
  core::StringSink sink;
  TarWriter writer(sink);
  for (const auto& [entry, text] : entries) {
    writer.add(entry);
    writer.content(text);
  }
  writer.finish();
  return sink.text();
}

std::string tarOf(std::vector<TarEntry> entries) {
  std::vector<std::pair<TarEntry, std::string>> with_text;
  for (TarEntry& entry : entries) {
    const std::string text(static_cast<std::size_t>(entry.info.bytes), 'x');
    with_text.emplace_back(std::move(entry), text);
  }
  return tarWith(with_text);
}

std::vector<std::string> readAll(const std::string& text, std::vector<std::string> roots) {
  core::StringSource source(text);
  TarReader reader(source, "media.tar.gz", std::move(roots));
  std::vector<std::string> all;
  while (const auto entry = reader.next()) {
    core::StringSink content;
    core::pump(reader.content(), content);
    all.push_back(entry->path + "=" + content.text() + entry->target);
  }
  return all;
}

/// Why an archive is refused.
std::string refusal(const std::string& text, std::vector<std::string> roots = {"media"}) {
  try {
    readAll(text, std::move(roots));
  } catch (const core::Error& error) {
    CHECK(error.kind() == core::Kind::corrupt);
    return error.what();
  }
  return "taken";
}

/// Another value in a header, with the sum that goes with it.
std::string changed(std::string text, std::size_t at, const std::string& value) {
  text.replace(at, value.size(), value);
  backup::tar::Header header{};
  std::copy_n(text.begin(), header.size(), header.begin());
  char sum[9];
  std::snprintf(sum, sizeof sum, "%06o", static_cast<unsigned>(backup::tar::sumOf(header)));
  text.replace(148, 7, std::string(sum) + '\0');
  return text;
}

}  // namespace

TEST_CASE("an archive of files gives back what was put into it") {
  const std::string deep = "media/" + std::string(120, 'd') + "/" + std::string(200, 'f');
  const std::string text = tarWith({{folder("media"), ""},
                                    {file("media/a.png", 5), "12345"},
                                    {folder("media/" + std::string(120, 'd')), ""},
                                    {file(deep, 513), std::string(513, 'z')},
                                    {linkTo("media/l", "a.png"), ""},
                                    {file("media/l.txt"), ""}});
  CHECK(text.size() % 512 == 0);
  const auto all = readAll(text, {"media"});
  REQUIRE(all.size() == 6);
  CHECK(all[1] == "media/a.png=12345");
  CHECK(all[3] == deep + "=" + std::string(513, 'z'));
  CHECK(all[4] == "media/l=a.png");

  core::StringSource source(text);
  TarReader reader(source, "media.tar.gz", {"media"});
  reader.next();
  const TarEntry entry = reader.next().value();  // its content is passed over
  CHECK(entry.info.mode == 0640);
  CHECK(entry.info.owner == 999);
  CHECK(entry.info.owner_name == "netbox");
  CHECK(entry.info.group_name == "www-data");
  CHECK(entry.info.changed == core::Time(std::chrono::seconds(1700000000)));
  CHECK(reader.next().value().info.type == FileType::folder);
}

TEST_CASE("values that do not fit a plain header go through a pax header") {
  TarEntry big = file("media/a");
  big.info.owner = 4000000000;
  big.info.owner_name = std::string(40, 'o');
  big.info.changed = core::Time(std::chrono::seconds(-5));
  core::StringSink sink;
  TarWriter writer(sink);
  writer.add(folder("media"));
  writer.add(big);
  writer.finish();
  core::StringSource source(sink.text());
  TarReader reader(source, "x", {"media"});
  reader.next();
  const TarEntry entry = reader.next().value();
  CHECK(entry.info.owner == 4000000000);
  CHECK(entry.info.owner_name == std::string(40, 'o'));
  CHECK(entry.info.changed == big.info.changed);
}

TEST_CASE("an archive that could write outside of its trees is refused, with the entry") {
  CHECK_THAT(refusal(tarOf({folder("media"), file("media/../../etc/cron.d/x")})),
             Contains("cron.d") && Contains("no name below a folder"));
  CHECK_THAT(refusal(tarOf({file("/etc/passwd")})), Contains("no name below a folder"));
  CHECK_THAT(refusal(tarOf({file("etc/passwd")})), Contains("none of the set's folders"));
  CHECK_THAT(refusal(tarOf({file("mediarot")})), Contains("none of the set's folders"));
  CHECK_THAT(refusal(tarOf({folder("media"), linkTo("media/l", "/etc/passwd")})),
             Contains("leads out of its tree"));
  CHECK_THAT(refusal(tarOf({folder("media"), linkTo("media/l", "../x")})),
             Contains("leads out of its tree"));
  CHECK_THAT(refusal(tarOf({linkTo("media", "x")})), Contains("leads out of its tree"));
  CHECK_THAT(refusal(tarOf({folder("media"), linkTo("media/l", "x"), file("media/l/a")})),
             Contains("no folder in front"));
  CHECK_THAT(refusal(tarOf({folder("media"), file("media/a"), file("media/a")})),
             Contains("there twice"));
  CHECK_THAT(refusal(tarOf({folder("media"), file("media/b"), file("media/a")})),
             Contains("out of order"));
  CHECK_THAT(refusal(tarOf({folder("media"), file("media/a/b")})), Contains("no folder in front"));
}

TEST_CASE("devices, hard links and what no archive of ours holds are refused") {
  const std::string one = tarOf({file("media")});
  for (const char type : {'1', '3', '4', '6', '7', 'g', 'S', 'L', '\0'}) {
    CHECK_THAT(refusal(changed(one, 156, std::string(1, type))), !Contains("taken"));
  }
  CHECK_THAT(refusal(changed(one, 345, "/etc")), Contains("has a prefix"));
  CHECK_THAT(refusal(changed(one, 124, "-0000000001")), Contains("has no size"));
  CHECK_THAT(refusal(changed(tarOf({folder("media")}), 124, "00000000010")),
             Contains("wrong size"));
  const std::string set_user_id = changed(one, 100, "0006755");
  core::StringSource source(set_user_id);
  CHECK(TarReader(source, "x", {"media"}).next().value().info.mode == 0755);
}

TEST_CASE("an archive that is cut or goes on behind its end is refused") {
  const std::string whole = tarOf({folder("media"), file("media/a", 1000)});
  for (std::size_t cut = 0; cut < whole.size() - 1024; cut += 100) {
    CHECK_THAT(refusal(whole.substr(0, cut)), !Contains("taken"));
  }
  CHECK_THAT(refusal(whole + std::string(512, 'x')), Contains("behind the end mark"));
  CHECK(refusal(whole + std::string(9 * 1024, '\0')) == "taken");
  std::string flipped = whole;
  flipped[600] = static_cast<char>(flipped[600] ^ 1);
  CHECK_THAT(refusal(flipped), Contains("damaged header"));
}

TEST_CASE("a link stays inside where no step of it can leave the tree") {
  CHECK(backup::staysInside("media", "media/a/b", "../c"));
  CHECK(backup::staysInside("media", "media/a/b", "c/d"));
  CHECK(backup::staysInside("media", "media/a/b", "./c"));
  CHECK_FALSE(backup::staysInside("media", "media/a/b", "../../c"));
  CHECK_FALSE(backup::staysInside("media", "media/a",
                                  ".."
                                  "/c"));
  CHECK_FALSE(backup::staysInside("media", "media/a", "c/../../d"));
  CHECK_FALSE(backup::staysInside("media", "media/a/b", "c/../d"));
  CHECK_FALSE(backup::staysInside("media", "media/a", ""));
}
