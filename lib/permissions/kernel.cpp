#include "lib/permissions/kernel.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <set>

#include "lib/core/error.hpp"
#include "lib/permissions/evaluate.hpp"
#include "lib/permissions/mounts.hpp"

namespace permissions {
std::set<std::size_t> Kernel::lookAbove(const std::string& root, Folding& folding) {
  std::set<std::size_t> concerned;
  for (const Expectation& rule : expectations_.rules) {
    const std::string base = rule.pattern.base();
    if (base != root && !base.starts_with(root + "/")) continue;
    concerned.insert(rule.readers.begin(), rule.readers.end());
    concerned.insert(rule.writers.begin(), rule.writers.end());
  }
  std::set<std::size_t> blocked;
  for (std::size_t slash = root.find('/', 1); slash != std::string::npos;
       slash = root.find('/', slash + 1)) {
    const std::string folder = root.substr(0, slash);
    const auto attributes = world_.itsTrees().attributes(folder);
    if (!attributes || attributes->type == ports::FileType::link) continue;
    for (const std::size_t person : concerned) {
      const Person& who = expectations_.people[person];
      const Verdict verdict = evaluate(*attributes, who.identity, "x");
      if (verdict.allowed || !blocked.insert(person).second) continue;
      Finding finding;
      finding.kind = Finding::Kind::access;
      finding.place = folder;
      finding.who = who.inWords();
      finding.found = fmt::format("{} can't enter it: {} decides", finding.who, verdict.entry);
      finding.wanted = "that it can reach " + root;
      folding.single(std::move(finding));
    }
  }
  return blocked;
}

std::int64_t Kernel::ask(Folding& folding) {
  std::int64_t asked = 0;
  for (std::size_t person = 0; person < expectations_.people.size(); ++person) {
    std::vector<ports::AccessQuestion> questions;
    std::vector<const Need*> needs;
    for (const auto& [key, path] : questions_) {
      if (std::get<0>(key) != person) continue;
      needs.push_back(std::get<2>(key));
      questions.push_back({path, needs.back()->rights});
    }
    if (questions.empty()) continue;
    const Person& who = expectations_.people[person];
    try {
      const auto answers = world_.itsTrees().access(who.identity, who.process, questions);
      for (std::size_t i = 0; i < answers.size(); ++i) {
        compare(person, *needs[i], questions[i].path, answers[i], folding);
      }
      asked += static_cast<std::int64_t>(answers.size());
    } catch (const core::Error& error) {
      if (error.kind() == core::Kind::interrupted) throw;
      Finding finding;
      finding.kind = Finding::Kind::missed;
      finding.outcome = core::Outcome::unknown;
      finding.place = who.account;
      finding.who = who.inWords();
      finding.found =
          fmt::format("the kernel could not be asked as {}: {}", who.inWords(), error.what());
      finding.wanted = "its own answer beside the evaluation of the attributes";
      folding.single(std::move(finding));
    }
  }
  return asked;
}

void Kernel::compare(std::size_t person, const Need& need, const std::string& path,
                     const ports::AccessAnswer& answer, Folding& folding) const {
  const bool by_attributes = need.holds == need.must;
  if (answer.allowed == by_attributes) return;
  // What went away between the walk and the question denies nobody anything.
  if (answer.error == ENOENT && !world_.itsTrees().attributes(path)) return;
  const Person& who = expectations_.people[person];
  Finding finding;
  finding.kind = Finding::Kind::kernel;
  finding.place = path;
  finding.who = who.inWords();
  // What the service can't do is wrong if it must, whoever says so.
  const bool wrong = need.must != answer.allowed;
  finding.outcome = wrong ? core::Outcome::fail : core::Outcome::warn;
  if (answer.allowed) {
    finding.found = fmt::format("the kernel lets {} ({}) though {} denies it", finding.who,
                                need.rights, need.entry);
  } else {
    finding.found =
        fmt::format("the kernel denies {} ({}) though {} allows it: {}{}", finding.who, need.rights,
                    need.entry, answer.words, causeOf(host_files_, who, path, answer.error));
  }
  finding.wanted = need.must ? "that it can" : "that it can't";
  finding.why = need.rule->why;
  finding.rule = need.rule->place;
  folding.single(std::move(finding));
}

}  // namespace permissions
