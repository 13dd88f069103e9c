#include "lib/service/fresh_log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <regex>

#include "lib/config/hosts.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/service/log.hpp"
#include "lib/service/services.hpp"

namespace service {
namespace {

constexpr std::uint64_t kMostBytes = 1'000'000;  // a small answer is at most 1 MiB
constexpr int kMostLines = 5000;
constexpr std::size_t kShown = 200;

std::string sizeInWords(std::size_t count) {
  return core::plural(static_cast<std::int64_t>(count), "line", "lines");
}

}  // namespace

std::vector<std::string> complaints(const std::string& text) {
  static const std::regex kBad(
      "(^|[^A-Za-z_])(ERROR|CRITICAL|FATAL|PANIC)([^A-Za-z_]|$)|^Traceback \\(most recent call "
      "last\\)|Internal Server Error");
  std::vector<std::string> found;
  for (std::string& line : core::split(text, '\n')) {
    if (std::regex_search(line, kBad)) found.push_back(std::move(line));
  }
  return found;
}

FreshLog::FreshLog(ports::World& world, const config::Instance& instance)
    : world_(world), instance_(instance), since_(world.clock.now()) {
  for (const config::ServiceSettings& each : instance.services) {
    if (each.log.empty()) continue;
    ports::Files& files = config::worldOf(world, instance, each).files;
    const auto path = files.resolve(each.log);
    const auto info = path ? files.info(*path) : std::nullopt;
    ends_[each.name] = info ? info->bytes : 0;
  }
}

std::vector<core::CheckResult> FreshLog::scan(const std::vector<std::string>& names) {
  std::vector<core::CheckResult> results;
  for (const config::ServiceSettings& each : instance_.services) {
    if (std::find(names.begin(), names.end(), each.name) == names.end()) continue;
    core::CheckResult result{
        "service.log", "log of " + each.name, core::Outcome::pass, {}, "no complaint", {}};
    try {
      if (each.manager == config::ServiceManager::pid_file && each.log.empty()) {
        result.outcome = core::Outcome::skip;
        result.found = "no log is configured";
        results.push_back(std::move(result));
        continue;
      }
      const std::string text = written(each);
      const std::vector<std::string> bad = complaints(text);
      result.outcome = bad.empty() ? core::Outcome::pass : core::Outcome::warn;
      result.found = bad.empty()
                         ? "no complaint since the start"
                         : fmt::format("{} since the start, the first: {}", sizeInWords(bad.size()),
                                       core::printable(bad.front().substr(0, kShown)));
      result.hint = each.log.empty() && each.manager == config::ServiceManager::compose
                        ? "sotctl service logs " + each.name
                    : each.log.empty() ? "journalctl -u " + core::shellQuote(each.unit)
                                       : "tail " + core::shellQuote(each.log);
    } catch (const core::Error& error) {
      if (error.kind() == core::Kind::interrupted) throw;
      result.outcome = core::Outcome::unknown;
      result.found = error.what();
      result.hint = error.hint();
    }
    results.push_back(std::move(result));
  }
  return results;
}

/// What the service wrote since; of a lot the last part.
std::string FreshLog::written(const config::ServiceSettings& service) {
  ports::World& there = config::worldOf(world_, instance_, service);
  ports::Command command;
  command.mutates = false;
  if (!service.log.empty()) {
    const std::string path = there.files.resolve(service.log).value_or(service.log);
    const auto info = there.files.info(path);
    if (!info) return {};
    const std::uint64_t end = ends_[service.name];
    const std::uint64_t fresh = info->bytes < end ? info->bytes : info->bytes - end;  // rotated
    if (fresh == 0) return {};
    command.argv = {"tail", "-c", std::to_string(std::min(fresh, kMostBytes)), "--", path};
  } else if (service.manager == config::ServiceManager::compose) {
    std::string text;
    for (const LogLine& line : readLog(there, service, {.since = since_, .newest = kMostLines})) {
      text += line.text + "\n";
    }
    return text;
  } else {
    const ServiceState state = Services(world_, instance_).observe(service);
    if (state.identity.empty()) {
      throw core::Error(core::Kind::undetermined, "its newest start is not known: " + state.words);
    }
    command.argv = {"journalctl",
                    "--no-pager",
                    "--output=cat",
                    "-n",
                    std::to_string(kMostLines),
                    "-u",
                    service.unit,
                    "_SYSTEMD_INVOCATION_ID=" + state.identity};
  }
  const ports::Outcome outcome = there.shell.run(command);
  if (outcome.ok()) return outcome.out;
  throw core::Error(core::Kind::undetermined, command.argv.front() + ": " + outcome.inWords());
}

}  // namespace service
