#include <fmt/format.h>

#include <cstdlib>
#include <set>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/validation/combined.hpp"
#include "lib/validation/kinds.hpp"

namespace validation {
namespace {

using core::Outcome;

/// One file system, in percent that is still free; -1 where it has no such limit.
struct Room {
  std::string mount;
  double bytes = -1;
  double inodes = -1;
  std::uint64_t free = 0;
};

double percent(const std::string& free, const std::string& all) {
  const double whole = std::atof(all.c_str());
  return whole > 0 ? 100.0 * std::atof(free.c_str()) / whole : -1;
}

/// `df --output=target,avail,size,iavail,itotal` of coreutils: one line of heads, then one for
/// each.
std::vector<Room> parseRooms(const std::string& text) {
  std::vector<Room> rooms;
  std::set<std::string> seen;
  bool head = true;
  for (const std::string& line : core::split(text, '\n')) {
    std::vector<std::string> words;
    for (const std::string& word : core::split(line, ' ')) {
      if (!word.empty()) words.push_back(word);
    }
    if (std::exchange(head, false) || words.size() < 5) continue;
    const std::size_t n = words.size();
    // A mount point may have spaces: it stands last.
    std::string mount = words[4];
    for (std::size_t i = 5; i < n; ++i) mount += " " + words[i];
    if (!seen.insert(mount).second) continue;
    rooms.push_back({mount, percent(words[0], words[1]), percent(words[2], words[3]),
                     std::strtoull(words[0].c_str(), nullptr, 10)});
  }
  return rooms;
}

std::vector<std::string> usualFolders(const Site& site) {
  std::vector<std::string> folders;
  for (const std::string& folder :
       {site.instance.media, site.instance.root, site.instance.backup.folder,
        std::string("/var/log"), std::string("/tmp"), std::string("/var/lib/postgresql")}) {
    if (!folder.empty() && site.world.files.resolve(folder)) folders.push_back(folder);
  }
  return folders;
}

checks::CheckResult askDisk(const Site& site, const checks::Arguments& arguments) {
  const int warn = arguments.number("warn_percent", 10);
  const int fail = arguments.number("fail_percent", 3);
  auto folders = arguments.list("folders");
  if (folders.empty()) folders = usualFolders(site);
  ports::Command command{
      {"df", "--block-size=1", "--output=avail,size,iavail,itotal,target", "--"}};
  command.argv.insert(command.argv.end(), folders.begin(), folders.end());
  command.mutates = false;
  const auto outcome = site.world.shell.run(command);
  if (!outcome.ok()) {
    throw core::Error(core::Kind::undetermined, "df: " + outcome.inWords());
  }
  std::vector<core::CheckResult> results;
  std::vector<checks::Measure> measures;
  std::vector<std::string> words;
  for (const Room& room : parseRooms(outcome.out)) {
    core::CheckResult one{{}, room.mount, Outcome::pass, {}, {}, {}};
    for (const auto& [what, value] : {std::pair{"space", room.bytes}, {"inodes", room.inodes}}) {
      if (value < 0) continue;
      measures.push_back({room.mount + " " + what, value, "%", fmt::format("{}:", warn),
                          fmt::format("{}:", fail), "0", "100"});
      if (value >= warn) continue;
      one.outcome = core::worse(one.outcome, value < fail ? Outcome::fail : Outcome::warn);
      one.found +=
          fmt::format("{}{:.0f} % of its {} free", one.found.empty() ? "" : ", ", value, what);
      one.wanted = fmt::format("at least {} %", warn);
    }
    words.push_back(fmt::format("{} {} free", room.mount, core::formatBytes(room.free)));
    results.push_back(std::move(one));
  }
  auto result = combined("disk", results, someOf(words));
  result.measures = std::move(measures);
  return result;
}

/// Whether this host is the one that does the work now: by an address, a unit or a file. Skip: it
/// is the passive one.
checks::CheckResult askActive(const Site& site, const checks::Arguments& arguments) {
  core::CheckResult result{{}, "this host is the active one", Outcome::pass, {}, {}, {}};
  const std::string address = arguments.text("address", "");
  const std::string unit = arguments.text("unit", "");
  const std::string file = arguments.text("file", "");
  const auto run = [&](std::vector<std::string> argv) {
    ports::Command command{std::move(argv)};
    command.mutates = false;
    return site.world.shell.run(command);
  };
  if (!address.empty()) {
    const auto outcome = run({"ip", "-o", "address", "show"});
    if (!outcome.ok()) throw core::Error(core::Kind::undetermined, "ip: " + outcome.inWords());
    const bool has = outcome.out.find(" " + address + "/") != std::string::npos;
    result.outcome = has ? Outcome::pass : Outcome::skip;
    result.found = fmt::format("address {} is {}", address, has ? "here" : "not here");
  } else if (!unit.empty()) {
    const auto outcome = run({"systemctl", "is-active", "--", unit});
    const std::string word(core::trim(outcome.out));
    result.outcome = word == "active" ? Outcome::pass
                     : word.empty()   ? Outcome::unknown
                                      : Outcome::skip;
    result.found = fmt::format("unit {} is {}", unit, word.empty() ? outcome.inWords() : word);
  } else if (!file.empty()) {
    const bool has = site.world.files.info(file).has_value();
    result.outcome = has ? Outcome::pass : Outcome::skip;
    result.found = fmt::format("{} is {}", file, has ? "there" : "not there");
  } else {
    result.found = "no rule says that it could be another one";
  }
  return result;
}

}  // namespace

void addHost(checks::Kinds& kinds, const Site& site) {
  kinds.add("disk",
            {{},
             {"folders", "warn_percent", "fail_percent"},
             false,
             [site](const checks::Arguments& arguments) { return askDisk(site, arguments); },
             [](const checks::Arguments& arguments) {
               if (arguments.number("warn_percent", 10) > 0) return;
               throw core::Error(core::Kind::configuration, "warn_percent = 0 would ask nothing");
             }});
  kinds.add("active-host",
            {{}, {"address", "unit", "file"}, false, [site](const checks::Arguments& arguments) {
               return askActive(site, arguments);
             }});
}

}  // namespace validation
