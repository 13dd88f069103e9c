#include "lib/service/unit_list.hpp"

#include <algorithm>
#include <charconv>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/service/systemd.hpp"

namespace service {
namespace {

using namespace std::chrono_literals;

std::string ask(ports::World& world, std::vector<std::string> argv) {
  const auto outcome = world.shell.run({.argv = std::move(argv), .limit = 10s, .mutates = false});
  if (outcome.ok()) return outcome.out;
  throw core::Error(core::Kind::undetermined, "systemctl: " + outcome.inWords());
}

}  // namespace

std::vector<Unit> parseUnits(std::string_view text) {
  std::vector<Unit> units;
  for (std::string_view rest = text; !rest.empty();) {
    const auto end = std::min(rest.find("\n\n"), rest.size());
    auto shown = parseProperties(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 2, rest.size()));
    if (shown["Id"].empty() || shown["LoadState"] == "not-found") continue;
    Unit unit{shown["Id"],   shown["WorkingDirectory"],     shown["User"],
              shown["Type"], commandOf(shown["ExecStart"]), shown["FragmentPath"]};
    if (unit.folder.starts_with('!')) unit.folder.erase(0, 1);  // "!": may be missing
    const std::string& pid = shown["MainPID"];
    std::from_chars(pid.data(), pid.data() + pid.size(), unit.pid);
    units.push_back(std::move(unit));
  }
  return units;
}

bool systemdRuns(ports::World& world) {
  return world.files.info("/run/systemd/system").has_value();
}

std::vector<Unit> unitsNamed(ports::World& world, const std::vector<std::string>& words) {
  const std::string list = ask(world, {"systemctl", "list-unit-files", "--type=service",
                                       "--no-legend", "--no-pager", "--plain", "--full"});
  std::vector<std::string> show{
      "systemctl", "show", "--no-pager",
      "--property=Id,LoadState,Type,User,WorkingDirectory,ExecStart,MainPID,FragmentPath", "--"};
  const auto fixed = show.size();
  for (const std::string& line : core::split(list, '\n')) {
    const std::string name = line.substr(0, line.find(' '));
    const bool meant = std::any_of(words.begin(), words.end(), [&](const std::string& word) {
      return name.find(word) != std::string::npos;
    });
    if (meant && name.find("@.") == std::string::npos) show.push_back(name);
  }
  if (show.size() == fixed) return {};
  auto units = parseUnits(ask(world, show));
  std::sort(units.begin(), units.end(),
            [](const Unit& a, const Unit& b) { return a.name < b.name; });
  return units;
}

}  // namespace service
