#include "lib/out/meter.hpp"

#include <sstream>
#include <thread>
#include <vector>

#include "lib/out/width.hpp"
#include "tests/catch.hpp"

using namespace std::chrono_literals;
using Catch::Matchers::Contains;

namespace {

/// A meter on a text, with a clock that tests move.
struct Bench {
  explicit Bench(out::Meter::Settings settings) : meter(err, settings, [this] { return now; }) {}
  std::string taken() {
    std::string text = err.str();
    err.str("");
    return text;
  }
  std::ostringstream err;
  out::Steady now = out::Steady{} + 1h;
  out::Meter meter;
};

}  // namespace

TEST_CASE("away from a terminal, work says a line every five seconds") {
  Bench bench({false, false});
  bench.meter.at("dumping", 0, 1000);
  bench.now += 4s;
  bench.meter.at("dumping", 400, 1000);
  CHECK(bench.taken().empty());
  bench.now += 1s;
  bench.meter.at("dumping", 500, 1000);
  CHECK(bench.taken() == "dumping: 500 bytes of 1.0 kB, 50 %, 100 bytes/s, 5.0 s left\n");
  bench.now += 1s;
  bench.meter.at("dumping", 600, 1000);
  CHECK(bench.taken().empty());
}

TEST_CASE("work that takes turns still says its lines") {
  Bench bench({false, false});
  for (int second = 0; second < 11; ++second) {
    bench.meter.at(second % 2 == 0 ? "table a" : "table b", 10, 0);
    bench.now += 1s;
  }
  const std::string text = bench.taken();
  CHECK(std::count(text.begin(), text.end(), '\n') == 2);
}

TEST_CASE("on a terminal, progress stands in place and is wiped away by a line") {
  Bench bench({true, false});
  bench.meter.at("dumping", 100, 1000);
  CHECK(bench.taken() == "\r\x1b[Kdumping: 100 bytes of 1.0 kB, 10 %");
  bench.now += 50ms;
  bench.meter.at("dumping", 200, 1000);
  CHECK(bench.taken().empty());
  bench.now += 2s;
  bench.meter.at("dumping", 300, 1000);
  CHECK_THAT(bench.taken(), Contains("300 bytes of 1.0 kB, 30 %") && Contains("left"));
  bench.meter.say("done");
  CHECK(bench.taken() == "\r\x1b[Kdone\n");
  bench.meter.wipe();
  CHECK(bench.taken().empty());
}

TEST_CASE("an unknown total shows no share and no time left") {
  Bench bench({true, false});
  bench.meter.at("reading", 0, 0);
  bench.now += 2s;
  bench.taken();
  bench.meter.at("reading", 4'000'000, 0);
  CHECK(bench.taken() == "\r\x1b[Kreading: 4.0 MB, 2.0 MB/s");
}

TEST_CASE("more than the total is never below zero left") {
  Bench bench({true, false});
  bench.meter.at("reading", 0, 100);
  bench.now += 2s;
  bench.taken();
  bench.meter.at("reading", 300, 100);
  CHECK_THAT(bench.taken(), !Contains("left"));
}

TEST_CASE("a quiet meter says nothing but lines that must be said") {
  Bench bench({false, true});
  bench.meter.at("dumping", 1, 2);
  bench.now += 10s;
  bench.meter.at("dumping", 2, 2);
  bench.meter.say("dumped");
  CHECK(bench.taken().empty());
  bench.meter.line("careful");
  CHECK(bench.taken() == "careful\n");
}

TEST_CASE("lines of several threads do not mix") {
  Bench bench({false, false});
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&] {
      for (int line = 0; line < 100; ++line) bench.meter.say("a line of words");
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::istringstream lines(bench.taken());
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) CHECK(line == "a line of words");
  CHECK(count == 400);
}

TEST_CASE("a progress line is cut to the terminal, and keeps its numbers") {
  std::size_t columns = 40;
  Bench bench({true, false, [&columns] { return columns; }});
  bench.meter.at("comparing the live database with the set", 100, 1000);
  CHECK(bench.taken() == "\r\x1b[Kcomparing t…: 100 bytes of 1.0 kB, 10 %");
  columns = 12;
  bench.now += 200ms;
  bench.meter.at("comparing the live database with the set", 200, 1000);
  CHECK(bench.taken() == "\r\x1b[K: 200 byte…");
  columns = 0;  // not known
  bench.now += 200ms;
  bench.meter.at("comparing the live database with the set", 0, 0);
  CHECK(bench.taken() == "\r\x1b[Kcomparing the live database with the set");
}

TEST_CASE("text is cut by columns, never through a character") {
  CHECK(out::cut("abc", 3) == "abc");
  CHECK(out::cut("abcd", 3) == "ab…");
  CHECK(out::cut("日本語", 6) == "日本語");
  CHECK(out::cut("日本語", 5) == "日本…");
  CHECK(out::cut("日本語", 4) == "日…");
  CHECK(out::cut("abc", 0).empty());
}
