#include <fmt/format.h>

#include <charconv>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/dump/gzip.hpp"
#include "lib/sandbox/load.hpp"
#include "lib/sandbox/plain_dump.hpp"

namespace sandbox {
namespace {

using namespace std::chrono_literals;

/// Tells how far the file was read.
class Watched : public core::Source {
 public:
  Watched(core::Source& inner, core::Progress& progress, std::uint64_t total)
      : inner_(inner), progress_(progress), total_(total) {}
  std::size_t read(std::span<char> block) override {
    const std::size_t got = inner_.read(block);
    done_ += got;
    progress_.at("loading the dump", done_, total_);
    return got;
  }

 private:
  core::Source& inner_;
  core::Progress& progress_;
  std::uint64_t total_;
  std::uint64_t done_ = 0;
};

/// "/usr/lib/postgresql/15/bin" is of 15.
int majorOf(const std::string& tools) {
  const auto parts = core::split(tools, '/');
  int major = 0;
  if (parts.size() < 2) return major;
  const std::string& word = parts[parts.size() - 2];
  std::from_chars(word.data(), word.data() + word.size(), major);
  return major;
}

/// \restrict came with the minor releases of August 2025, and its last hole was closed in 14.24,
/// 15.19, 16.15, 17.11 and 18.6: an older psql runs programs that a dump names.
void requireSafePsql(Site& site) {
  const std::string words =
      must(site, {site.state.tools + "/psql", "--version"}, "asking psql for its version failed");
  int major = 0;
  int minor = 0;
  const auto at = words.find_first_of("0123456789");
  if (at != std::string::npos) {
    const auto* end = words.data() + words.size();
    const auto dot = std::from_chars(words.data() + at, end, major);
    if (dot.ptr != end && *dot.ptr == '.') std::from_chars(dot.ptr + 1, end, minor);
  }
  for (const auto& [release, safe] : {std::pair{14, 24}, {15, 19}, {16, 15}, {17, 11}, {18, 6}}) {
    if (major == release && minor >= safe) return;
  }
  if (major > 18) return;
  throw core::Error(core::Kind::refused,
                    fmt::format("psql {}.{} would run programs that a dump names", major, minor),
                    "Update the package postgresql-client.");
}

}  // namespace

void loadDump(Site& site, const std::string& database) {
  requireSafePsql(site);
  const std::string& name = site.state.dump;
  const auto info = site.world.files.info(name);
  if (!info) throw core::Error(core::Kind::not_found, "there is no file " + name);
  auto file = site.world.files.open(name);
  Watched watched(*file, site.progress, info->bytes);
  std::unique_ptr<core::Source> unpacked;
  if (name.ends_with(".gz")) unpacked = std::make_unique<dump::GzipSource>(watched, name);
  core::Source& text = unpacked ? *unpacked : static_cast<core::Source&>(watched);
  PlainDump plain(text, name, randomWord(site.world), majorOf(site.state.tools));
  ports::Command command{psql(site, "netbox", database)};
  command.argv.push_back("--output=/dev/null");
  command.user = site.otherAccount();
  command.directory = site.layout.root;
  command.limit = 10min;
  const auto outcome = site.world.shell.start(command, &plain, nullptr)->wait();
  if (!outcome.ok()) {
    throw core::Error(core::Kind::unexpected,
                      fmt::format("loading {} failed: {}", name, outcome.inWords()));
  }
  for (const auto& words : plain.leftOut()) site.progress.say("left out of the dump: " + words);
}

}  // namespace sandbox
