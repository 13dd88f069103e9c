#include "lib/service/process.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace service {
namespace {

// USER_HZ, which is 100 for every program on Linux whatever the kernel's own clock is.
constexpr std::uint64_t kTicksPerSecond = 100;

template <typename Number>
std::optional<Number> number(std::string_view text) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::string Process::identity() const { return fmt::format("{}@{}-{}", id, started_ticks, boot); }

std::optional<Process> parseStat(std::string_view text) {
  const auto open = text.find(" (");
  const auto close = text.rfind(") ");
  if (open == std::string_view::npos || close == std::string_view::npos) return std::nullopt;
  const auto fields = core::split(core::trim(text.substr(close + 2)), ' ');
  if (fields.size() < 20 || fields[0].empty()) return std::nullopt;
  const auto id = number<int>(text.substr(0, open));
  const auto parent = number<int>(fields[1]);
  const auto session = number<int>(fields[3]);
  const auto ticks = number<std::uint64_t>(fields[19]);
  if (!id || !parent || !session || !ticks) return std::nullopt;
  Process process;
  process.id = *id;
  process.parent = *parent;
  process.session = *session;
  process.ended = fields[0] == "Z" || fields[0] == "X";
  process.started_ticks = *ticks;
  return process;
}

std::vector<std::string> parseCommand(std::string_view text) {
  while (!text.empty() && text.back() == '\0') text.remove_suffix(1);
  if (text.empty()) return {};
  return core::split(text, '\0');
}

void Processes::readBoot() {
  if (!boot_.empty()) return;
  for (const auto& line : core::split(files_.read("/proc/stat"), '\n')) {
    if (!line.starts_with("btime ")) continue;
    boot_seconds_ = number<std::int64_t>(std::string_view(line).substr(6)).value_or(0);
  }
  boot_ = files_.read("/proc/sys/kernel/random/boot_id").substr(0, 8);
}

std::optional<Process> Processes::find(int id) {
  const std::string folder = fmt::format("/proc/{}", id);
  try {
    const auto info = files_.info(folder);
    if (!info) return std::nullopt;
    auto process = parseStat(files_.read(folder + "/stat"));
    if (!process) return std::nullopt;
    readBoot();
    process->account = info->owner_name;
    process->boot = boot_;
    process->started = core::Time(std::chrono::seconds(
        boot_seconds_ + static_cast<std::int64_t>(process->started_ticks / kTicksPerSecond)));
    process->command = parseCommand(files_.read(folder + "/cmdline"));
    return process;
  } catch (const core::Error&) {
    return std::nullopt;  // it ended between two of these looks
  }
}

std::vector<Process> Processes::all() {
  std::vector<Process> found;
  for (const auto& entry : files_.list("/proc")) {
    const auto id = number<int>(entry.name);
    if (!id) continue;
    if (auto process = find(*id)) found.push_back(std::move(*process));
  }
  std::sort(found.begin(), found.end(),
            [](const Process& a, const Process& b) { return a.id < b.id; });
  return found;
}

std::vector<Process> familyOf(const Process& process, const std::vector<Process>& everyone) {
  std::vector<Process> members;
  std::set<int> inside{process.id};
  // Children may have smaller numbers than their parents once the numbers wrapped around.
  for (bool grown = true; grown;) {
    grown = false;
    for (const auto& one : everyone) {
      const bool belongs = inside.contains(one.parent) ||
                           (process.session == process.id && one.session == process.id);
      if (belongs && inside.insert(one.id).second) grown = true;
    }
  }
  for (const auto& one : everyone) {
    if (inside.contains(one.id) && !one.ended) members.push_back(one);
  }
  return members;
}

bool Processes::runs(const Process& process) {
  const auto now = find(process.id);
  return now && !now->ended && now->identity() == process.identity();
}

bool Processes::showsOthers() { return files_.info("/proc/1").has_value(); }

}  // namespace service
