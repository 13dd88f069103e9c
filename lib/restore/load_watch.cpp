#include "lib/restore/load_watch.hpp"

#include <algorithm>

#include "lib/core/error.hpp"

namespace restore {
namespace {

constexpr auto kEvery = std::chrono::milliseconds(500);
constexpr auto kPause = std::chrono::milliseconds(20);

}  // namespace

LoadWatch::LoadWatch(Environment environment, std::string database, std::uint64_t expected_bytes,
                     core::Progress& progress)
    : environment_(environment),
      database_(std::move(database)),
      expected_bytes_(expected_bytes),
      progress_(progress),
      thread_([this] { watch(); }) {}

LoadWatch::~LoadWatch() {
  over_.store(true);
  thread_.join();
}

void LoadWatch::watch() {
  try {
    const auto sql = environment_.admin();
    while (!over_.load()) {
      const ports::SqlRows size =
          sql->query("SELECT pg_database_size($1::name) AS bytes", {database_});
      const auto bytes = static_cast<std::uint64_t>(size.number(0, "bytes"));
      progress_.at("loading " + database_, std::min(bytes, expected_bytes_), expected_bytes_);
      for (auto waited = kPause; waited < kEvery && !over_.load(); waited += kPause) {
        std::this_thread::sleep_for(kPause);
      }
    }
  } catch (const core::Error&) {
    // Progress is a courtesy: the load itself tells what went wrong.
  }
}

}  // namespace restore
