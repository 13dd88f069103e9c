#include "lib/backup/parts.hpp"

#include "lib/backup/compare_files.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"
#include "tests/support/kinds.hpp"

using backup::Part;
using backup::Roots;
using Catch::Matchers::Contains;
using support::kindOf;

namespace {

const std::string kMediaFolder = "/opt/netbox/netbox/media";

/// Does something else while files are copied.
class Meanwhile : public core::Progress {
 public:
  Meanwhile(std::string what, std::function<void()> happens)
      : what_(std::move(what)), happens_(std::move(happens)) {}
  void say(std::string_view) override {}
  void at(std::string_view what, std::uint64_t, std::uint64_t) override {
    if (what == what_) happens_();
  }

 private:
  std::string what_;
  std::function<void()> happens_;
};

struct Bench {
  Bench() {
    files.put(kMediaFolder + "/a", "first", 0644, 999);
    files.put(kMediaFolder + "/b", "second", 0644, 999);
    files.put(kMediaFolder + "/c/d", "third", 0644, 999);
    files.putFolder("/set", 0700);
    roots.all = {{"media", "media", kMediaFolder}};
  }
  Part copy(core::Progress& progress) {
    return backup::copyParts(fakes.world(), roots, {"media"}, "/set", progress).at(0);
  }
  Part copy() {
    core::NoProgress progress;
    return copy(progress);
  }
  backup::FilesComparison compare(const Part& part) {
    core::NoProgress progress;
    return backup::compareFiles(fakes.world(), "/set/media.tar.gz", part, roots.all, progress);
  }
  void check(const Part& part) {
    backup::checkPart(*fakes.files.open("/set/media.tar.gz"), "media.tar.gz", part);
  }

  fakes::FakeWorld fakes;
  fakes::MemFiles& files = fakes.files;
  Roots roots;
};

}  // namespace

TEST_CASE("files that are copied equal those on the host until one of them changes") {
  Bench bench;
  const Part part = bench.copy();
  CHECK(part.files == 3);
  CHECK(part.bytes == 16);
  CHECK(part.whole());
  bench.check(part);
  CHECK(bench.compare(part).equal());

  bench.files.put(kMediaFolder + "/a", "FIRST", 0600, 999);
  bench.files.put(kMediaFolder + "/new", "", 0644, 999);
  bench.files.remove(kMediaFolder + "/c/d");
  const auto found = bench.compare(part);
  REQUIRE(found.differences.size() == 3);
  CHECK(found.differences[0].name == "media/a");
  CHECK_THAT(found.differences[0].how, Contains("content") && Contains("mode 0600, was 0644"));
  CHECK(found.differences[1].what == backup::FileDifference::What::removed);
  CHECK(found.differences[2].what == backup::FileDifference::What::added);
}

TEST_CASE("a file that goes while others are copied is left out and told") {
  Bench bench;
  Meanwhile progress("copying media/a", [&] { bench.files.remove(kMediaFolder + "/b"); });
  const Part part = bench.copy(progress);
  CHECK(part.files == 2);
  CHECK(part.left_out_count == 1);
  CHECK(part.left_out.front() == "media/b: went while it was copied");
  bench.check(part);
}

TEST_CASE("a file that changes while it is copied is in the set, and told") {
  Bench bench;
  Meanwhile progress("copying media/b",
                     [&] { bench.files.put(kMediaFolder + "/b", "other and longer"); });
  const Part part = bench.copy(progress);
  CHECK(part.changed == std::vector<std::string>{"media/b"});
  CHECK(part.whole());
  bench.check(part);
}

TEST_CASE("files that may not be read are left out with the reason") {
  Bench bench;
  bench.files.put(kMediaFolder + "/b", "second", 0600, 999);
  bench.files.putFolder(kMediaFolder + "/c", 0700, 999);
  bench.files.putFolder("/set", 0700, 77);
  bench.files.actAs(77);
  const Part part = bench.copy();
  CHECK(part.files == 1);
  CHECK(part.left_out_count == 2);
  CHECK_THAT(core::join(part.left_out, "; "), Contains("media/b: ") && Contains("media/c: "));
}

TEST_CASE("a media folder that is not there is told") {
  Bench bench;
  bench.roots.all[0].path = "/srv/nothing";
  const Part part = bench.copy();
  CHECK(part.archive.empty());
  CHECK(part.left_out == std::vector<std::string>{"media: /srv/nothing is not there"});
}

TEST_CASE("less room than the files need is refused before anything is copied") {
  Bench bench;
  bench.files.free(15);
  CHECK(kindOf([&] { bench.copy(); }) == "refused");
}

TEST_CASE("a disk that fills up leaves no archive") {
  Bench bench;
  bench.files.failAt(1, 28);
  CHECK(kindOf([&] { bench.copy(); }) == "unexpected");
  CHECK_FALSE(bench.files.info("/set/media.tar.gz"));
}

TEST_CASE("an archive with other files than the manifest says is damaged") {
  Bench bench;
  Part part = bench.copy();
  ++part.files;
  CHECK(kindOf([&] { bench.check(part); }) == "corrupt");
}
