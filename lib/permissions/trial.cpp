#include "lib/permissions/trial.hpp"

#include <fmt/format.h>

#include <map>
#include <set>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace permissions {
namespace {

/// Folder -> who must write in it.
std::map<std::string, std::set<std::size_t>> writable(ports::World& world,
                                                      const Expectations& expectations) {
  std::map<std::string, std::set<std::size_t>> folders;
  for (const Expectation& rule : expectations.rules) {
    if (rule.writers.empty()) continue;
    const std::string base = rule.pattern.base();
    const auto info = world.files.info(base);
    if (!info || info->type != ports::FileType::folder) continue;
    folders[base].insert(rule.writers.begin(), rule.writers.end());
    if (!rule.pattern.recursive()) continue;
    for (const ports::FileInfo& entry : world.files.list(base)) {
      if (entry.type != ports::FileType::folder) continue;
      folders[base + "/" + entry.name].insert(rule.writers.begin(), rule.writers.end());
    }
  }
  return folders;
}

Finding failed(const Person& person, const std::string& folder, const ports::WriteTrial& trial) {
  Finding finding;
  finding.kind = Finding::Kind::access;
  finding.place = folder;
  finding.who = person.inWords();
  finding.found =
      fmt::format("{} could not {} a file in it: {}", person.inWords(), trial.failed, trial.words);
  if (!trial.left.empty()) finding.found += fmt::format("; {} is left there", trial.left);
  finding.wanted = "that it can";
  return finding;
}

Finding passed(std::int64_t tries) {
  Finding finding;
  finding.kind = Finding::Kind::writing;
  finding.outcome = tries > 0 ? core::Outcome::pass : core::Outcome::unknown;
  finding.place = "write test";
  finding.found = tries > 0 ? fmt::format("a file was created, read back and deleted {}",
                                          core::plural(tries, "time", "times"))
                            : "no folder is there that somebody who runs it must write in";
  return finding;
}

}  // namespace

std::vector<Finding> tryWrites(ports::World& world, const Expectations& expectations) {
  std::vector<Finding> findings;
  std::int64_t tries = 0;
  for (const auto& [folder, people] : writable(world, expectations)) {
    for (const std::size_t one : people) {
      const Person& person = expectations.people[one];
      const ports::WriteTrial trial =
          world.itsTrees().tryWrite(person.identity, person.process, folder);
      ++tries;
      if (!trial.ok) findings.push_back(failed(person, folder, trial));
    }
  }
  if (findings.empty()) findings.push_back(passed(tries));
  return findings;
}

}  // namespace permissions
