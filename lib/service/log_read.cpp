#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/service/compose.hpp"
#include "lib/service/log.hpp"

namespace service {
namespace {

using namespace std::chrono_literals;

// What is shown and scanned of one log at most; an answer of the shell port holds 1 MiB.
constexpr std::uint64_t kMostBytes = 900'000;

ports::Outcome ask(ports::World& world, ports::Command command, const std::string& what) {
  command.mutates = false;
  command.limit = 30s;
  auto outcome = world.shell.run(command);
  if (outcome.ok()) return outcome;
  const bool denied = outcome.err.find("ermission denied") != std::string::npos;
  throw core::Error(denied ? core::Kind::denied : core::Kind::undetermined,
                    fmt::format("{}: {}", what, outcome.inWords()),
                    denied ? "Run it as root, or as a member of the log's group." : "");
}

bool isHex(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

std::vector<LogLine> fromJournal(ports::World& world, const config::ServiceSettings& service,
                                 const LogRange& range) {
  std::vector<std::string> argv{"journalctl", "--no-pager", "--output=json", "--all",
                                "--lines=" + std::to_string(range.newest)};
  if (range.since) {
    const auto microseconds = range.since->time_since_epoch().count();
    argv.push_back(
        fmt::format("--since=@{}.{:06}", microseconds / 1'000'000, microseconds % 1'000'000));
  }
  // systemctl shows the time of a start to the second alone: the invocation is exact.
  if (isHex(range.invocation)) {
    argv.erase(std::remove_if(argv.begin(), argv.end(),
                              [](const auto& word) { return word.starts_with("--since"); }),
               argv.end());
    argv.push_back("_SYSTEMD_INVOCATION_ID=" + range.invocation);
    argv.emplace_back("+");
    argv.push_back("INVOCATION_ID=" + range.invocation);
  } else {
    argv.push_back("--unit=" + service.unit);
  }
  const auto outcome = ask(world, {.argv = std::move(argv)}, "the journal of " + service.unit);
  return parseJournal(outcome.out, service.name);
}

std::vector<LogLine> fromContainers(ports::World& world, const config::ServiceSettings& service,
                                    const LogRange& range) {
  Compose compose(world, service);
  std::vector<LogLine> lines;
  for (const auto& one : compose.containers()) {
    auto command =
        compose.engineCommand({"logs", "--timestamps", "--tail", std::to_string(range.newest)});
    if (range.since) {
      command.argv.insert(command.argv.end(), {"--since", core::formatUtc(*range.since)});
    }
    command.argv.push_back(one.id);
    const auto outcome = ask(world, command, "the log of service " + service.name);
    for (const auto& text : {outcome.out, outcome.err}) {
      auto some = parseContainerLog(text, service.name);
      std::move(some.begin(), some.end(), std::back_inserter(lines));
    }
  }
  sortByTime(lines);
  return lines;
}

/// The end of a file from one byte on; tail(1) seeks there.
std::string tailFrom(ports::World& world, const std::string& file, std::uint64_t from) {
  return ask(world, {.argv = {"tail", "-c", fmt::format("+{}", from + 1), "--", file}},
             "log " + file)
      .out;
}

/// What was written since a place. A log that was rotated meanwhile goes on in a new file: the end
/// of the old one is read under its usual new names, as far as one of them is that very file.
std::string textSince(ports::World& world, const std::string& file, const FilePlace& place) {
  const auto now = placeOf(world, file);
  const auto limited = [](std::uint64_t from, std::uint64_t end) {
    return end - from > kMostBytes ? end - kMostBytes : from;
  };
  if (now && now->inode == place.inode && now->bytes >= place.bytes) {
    return tailFrom(world, file, limited(place.bytes, now->bytes));
  }
  std::string text;
  for (const char* suffix : {".1", "-1", ".old"}) {
    const auto before = placeOf(world, file + suffix);
    if (!before || before->inode != place.inode || before->bytes < place.bytes) continue;
    text = tailFrom(world, file + suffix, limited(place.bytes, before->bytes));
    break;
  }
  if (now) text += tailFrom(world, file, limited(0, now->bytes));
  return text;
}

std::vector<LogLine> fromFile(ports::World& world, const config::ServiceSettings& service,
                              const LogRange& range) {
  std::string text;
  if (range.place) {
    text = textSince(world, service.log, *range.place);
  } else {
    text = ask(world, {.argv = {"tail", "-n", std::to_string(range.newest), "--", service.log}},
               "log " + service.log)
               .out;
  }
  auto lines = parseFileLog(text, service.name);
  if (!range.since) return lines;
  // Lines without a time of their own belong to the one before them.
  bool old = !range.place;
  lines.erase(std::remove_if(lines.begin(), lines.end(),
                             [&](const LogLine& line) {
                               if (line.at) old = *line.at + 2s < *range.since;
                               return old;
                             }),
              lines.end());
  return lines;
}

}  // namespace

std::optional<FilePlace> placeOf(ports::World& world, const std::string& file) {
  const auto outcome = world.shell.run(
      {.argv = {"stat", "-L", "-c", "%i %s", "--", file}, .limit = 10s, .mutates = false});
  if (!outcome.ok()) return std::nullopt;
  FilePlace place;
  const auto words = core::split(core::trim(outcome.out), ' ');
  if (words.size() != 2) return std::nullopt;
  const auto read = [](const std::string& text, std::uint64_t& to) {
    std::from_chars(text.data(), text.data() + text.size(), to);
  };
  read(words[0], place.inode);
  read(words[1], place.bytes);
  return place;
}

std::vector<LogLine> readLog(ports::World& world, const config::ServiceSettings& service,
                             const LogRange& range) {
  std::vector<LogLine> lines;
  const auto add = [&](std::vector<LogLine> some) {
    std::move(some.begin(), some.end(), std::back_inserter(lines));
  };
  if (service.manager == config::ServiceManager::systemd) add(fromJournal(world, service, range));
  if (service.manager == config::ServiceManager::compose) {
    add(fromContainers(world, service, range));
  }
  if (!service.log.empty()) add(fromFile(world, service, range));
  sortByTime(lines);
  return lines;
}

}  // namespace service
