#include "lib/hosts/parallel.hpp"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <stdexcept>

#include "lib/hosts/fold.hpp"
#include "tests/catch.hpp"

namespace {

std::vector<std::string> names(int count) {
  std::vector<std::string> all;
  for (int each = 1; each <= count; ++each) all.push_back("web" + std::to_string(each));
  return all;
}

/// Waits until `wanted` threads are inside at once, or gives up after a while.
class Meeting {
 public:
  explicit Meeting(int wanted) : wanted_(wanted) {}
  void attend() {
    std::unique_lock lock(mutex_);
    most = std::max(most, ++inside_);
    if (inside_ == wanted_) met_ = true;
    changed_.notify_all();
    changed_.wait_for(lock, std::chrono::seconds(5), [this] { return met_; });
    --inside_;
  }
  int most = 0;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int wanted_;
  int inside_ = 0;
  bool met_ = false;
};

}  // namespace

TEST_CASE("hosts are asked side by side, as many as the limit says") {
  const core::Cancellation cancellation;
  Meeting meeting(4);
  const auto answers = hosts::askHosts<std::string>(names(9), {.at_once = 4}, cancellation,
                                                    [&](const std::string& host) {
                                                      meeting.attend();
                                                      return host + "!";
                                                    });
  CHECK(meeting.most == 4);
  REQUIRE(answers.size() == 9);
  CHECK(answers[8].host == "web9");
  CHECK(answers[8].value == "web9!");
  CHECK(answers[8].ended == hosts::Ended::well);
}

TEST_CASE("after so many failures no other host is begun") {
  const core::Cancellation cancellation;
  const auto ask = [](const std::string& host) -> int {
    if (host == "web2" || host == "web3") throw core::Error(core::Kind::unreachable, "gone");
    return 1;
  };
  const auto answers =
      hosts::askHosts<int>(names(6), {.at_once = 1, .failures = 2}, cancellation, ask);
  CHECK(answers[0].ended == hosts::Ended::well);
  CHECK(answers[1].ended == hosts::Ended::failed);
  CHECK_THROWS_AS(std::rethrow_exception(answers[1].error), core::Error);
  CHECK(answers[3].ended == hosts::Ended::not_begun);
  CHECK(answers[5].ended == hosts::Ended::not_begun);
}

TEST_CASE("a batch begins when the one before is done") {
  const core::Cancellation cancellation;
  std::atomic<int> done{0};
  std::atomic<bool> early{false};
  hosts::askHosts<int>(names(6), {.at_once = 6, .batch = 2}, cancellation,
                       [&](const std::string& host) {
                         const int number = host.back() - '1';
                         if (done < number / 2 * 2) early = true;
                         return ++done;
                       });
  CHECK(done == 6);
  CHECK_FALSE(early);
}

TEST_CASE("an interrupt begins no other host, and a bug is not a host's answer") {
  core::Cancellation cancellation;
  const auto answers =
      hosts::askHosts<int>(names(3), {.at_once = 1}, cancellation, [&](const std::string&) {
        cancellation.request();
        return 1;
      });
  CHECK(answers[0].ended == hosts::Ended::well);
  CHECK(answers[1].ended == hosts::Ended::not_begun);
  const core::Cancellation none;
  CHECK_THROWS_AS(
      hosts::askHosts<int>(names(2), {}, none,
                           [](const std::string&) -> int { throw std::logic_error("bug"); }),
      std::logic_error);
}

TEST_CASE("same answers are told once, the most frequent first") {
  std::vector<std::pair<std::string, std::string>> answers{{"db2", "failed"}};
  for (const std::string& name : names(12)) answers.emplace_back(name, "active");
  CHECK(hosts::fold(answers) == "12 hosts: active; db2: failed");
  CHECK(hosts::fold({{"a", "x"}, {"b", "y"}, {"c", "x"}}) == "a, c: x; b: y");
  CHECK(hosts::fold({}).empty());
}
