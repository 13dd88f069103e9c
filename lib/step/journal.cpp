#include "lib/step/journal.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace step {
namespace {

constexpr unsigned kFolderMode = 02750;  // new files get the folder's group
constexpr unsigned kFileMode = 0640;

/// Errors: corrupt for one that no run can have written.
std::string textOf(ports::Files& files, const std::string& file) {
  constexpr std::uint64_t kMost = 16 << 20;  // what Files::read() takes; thousands of attempts
  const auto info = files.info(file);
  if (info && info->bytes > kMost) {
    throw core::Error(core::Kind::corrupt,
                      fmt::format("journal {} has {}; no run writes more than {}", file,
                                  core::formatBytes(info->bytes), core::formatBytes(kMost)),
                      "Something else wrote there. Keep a copy and look at the file.");
  }
  return files.read(file);
}

}  // namespace

Journal::Journal(ports::World& world, std::string folder)
    : world_(world), folder_(std::move(folder)) {}

void Journal::add(const std::string& type, core::Json record) {
  if (next_ < 0) {
    world_.files.makeFolder(folder_, kFolderMode);
    dropCutLine();
  }
  core::Json line{{"seq", next_},
                  {"time", core::formatUtc(world_.clock.now())},
                  {"type", type},
                  {"person", world_.caller.person},
                  {"host", world_.caller.host},
                  {"pid", world_.caller.pid}};
  line.update(record);
  const std::string text = line.dump(-1, ' ', false, core::Json::error_handler_t::replace) + "\n";
  world_.files.append(file(), text, kFileMode);
  ++next_;
  if (seen_) seen_(text);
}

void Journal::dropCutLine() {
  next_ = 0;
  if (!world_.files.info(file())) return;
  const std::string text = textOf(world_.files, file());
  next_ = std::count(text.begin(), text.end(), '\n');
  const std::size_t whole = text.rfind('\n') == std::string::npos ? 0 : text.rfind('\n') + 1;
  if (whole != text.size()) world_.files.truncate(file(), whole);
}

std::string Journal::text() const { return textOf(world_.files, file()); }

bool Journal::begun() const {
  return world_.files.info(file()) && text().find('\n') != std::string::npos;
}

std::vector<core::Json> Journal::read() const {
  const std::string text = this->text();
  std::vector<core::Json> records;
  std::size_t at = 0;
  for (std::size_t end = text.find('\n', at); end != std::string::npos; end = text.find('\n', at)) {
    core::Json record = core::Json::parse(text.begin() + static_cast<long>(at),
                                          text.begin() + static_cast<long>(end), nullptr, false);
    if (!record.is_object() || !record.contains("type")) {
      throw core::Error(core::Kind::corrupt,
                        fmt::format("journal {} has a damaged line {}", file(), records.size() + 1),
                        "Look at the file; `sotctl run show ID --manual` needs it whole.");
    }
    records.push_back(std::move(record));
    at = end + 1;
  }
  return records;
}

}  // namespace step
