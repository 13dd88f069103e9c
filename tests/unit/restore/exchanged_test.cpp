#include "lib/restore/exchanged.hpp"

#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"

namespace {

constexpr const char* kLive = "/srv/media";
constexpr const char* kIncoming = "/srv/media.restored-20261121T030000Z-0001";
constexpr const char* kKept = "/srv/media.before-20261121T030000Z-0001";

struct Place {
  Place() {
    for (const auto& [folder, text] : {std::pair{kLive, "old"}, std::pair{kIncoming, "new"}}) {
      files().makeFolder(folder, 0755);
      files().replace(std::string(folder) + "/file", text, 0644);
    }
  }
  ports::Files& files() { return fake.files; }
  std::string live() { return files().read(std::string(kLive) + "/file"); }
  bool there(const char* path) { return files().info(path).has_value(); }

  restore::FilesExchanged step(const core::Json& arguments) {
    return {{fake.world(), instance}, arguments};
  }
  restore::FilesExchanged forward() {
    return step({{"part", "media"},
                 {"items", core::Json::array({{{"live", kLive},
                                               {"incoming", kIncoming},
                                               {"kept", kKept},
                                               {"incoming_inode", 0}}})}});
  }

  fakes::FakeWorld fake;
  config::Instance instance;
};

/// What an abort does with a step that was begun.
void takeBack(Place& place, const core::Json& before) {
  core::NoProgress progress;
  auto forward = place.forward();
  auto back = place.step(forward.compensation(before, step::Purpose::abort).spec.arguments);
  const step::Observation seen = back.observe(nullptr);
  INFO(seen.check.found);
  REQUIRE(seen.verdict != step::Verdict::blocked);
  if (seen.verdict == step::Verdict::satisfied) return;
  const core::Json noted = back.before();
  back.apply(noted, progress);
  CHECK(back.observe(&noted).verdict == step::Verdict::satisfied);
}

}  // namespace

TEST_CASE("an exchange of files that died anywhere is taken back") {
  for (int nth = 0;; ++nth) {
    Place place;
    core::NoProgress progress;
    auto forward = place.forward();
    const core::Json before = forward.before();
    bool died = false;
    if (nth > 0) {  // else before its first move
      place.fake.files.failAt(nth, 5);
      try {
        forward.apply(before, progress);
      } catch (const core::Error&) {
        died = true;
      }
      place.fake.files.heal();
    }
    INFO("died at move " << nth);
    takeBack(place, before);
    CHECK(place.live() == "old");
    CHECK(place.there(kIncoming));
    CHECK_FALSE(place.there(kKept));
    if (nth > 0 && !died) break;
  }
}

TEST_CASE("an exchange is taken back where files can't change places in one move") {
  Place place;
  core::NoProgress progress;
  auto forward = place.forward();
  const core::Json before = forward.before();
  place.files().rename(kLive, kKept);  // as far as it came
  takeBack(place, before);
  CHECK(place.live() == "old");
  CHECK(place.there(kIncoming));
}

TEST_CASE("taking an exchange back refuses a file that somebody else put there") {
  Place place;
  core::NoProgress progress;
  auto forward = place.forward();
  const core::Json before = forward.before();
  forward.apply(before, progress);
  place.files().removeTree(kKept);
  place.files().makeFolder(kKept, 0755);
  auto back = place.step(forward.compensation(before, step::Purpose::abort).spec.arguments);
  CHECK(back.observe(nullptr).verdict == step::Verdict::blocked);
}
