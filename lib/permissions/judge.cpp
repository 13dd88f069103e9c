#include "lib/permissions/judge.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/permissions/evaluate.hpp"

namespace permissions {
namespace {

constexpr unsigned kSticky = 01000;

std::string keyOf(std::uint64_t rules, const ports::Attributes& thing) {
  return fmt::format("{:x} {} {:o} {} {} {} ", rules, static_cast<int>(thing.type), thing.mode,
                     thing.uid, thing.gid, thing.access_acl.size()) +
         thing.access_acl + thing.default_acl;
}

bool isFolder(const ports::Attributes& thing) { return thing.type == ports::FileType::folder; }

std::string rightsFor(const ports::Attributes& thing, bool write) {
  if (isFolder(thing)) return write ? "rwx" : "rx";
  return write ? "rw" : "r";
}

}  // namespace

Demand demandOf(const std::vector<const Expectation*>& rules) {
  Demand demand;
  for (const Expectation* rule : rules) {
    const bool about_owner = rule->uid || rule->gid || rule->folders || rule->files || rule->no_acl;
    if (about_owner) demand.owner_rule = rule;
    if (rule->uid) demand.uid = rule->uid;
    if (rule->gid) demand.gid = rule->gid;
    if (rule->folders) demand.folders = rule->folders;
    if (rule->files) demand.files = rule->files;
    if (rule->no_acl) demand.no_acl = true;
    for (const std::size_t person : rule->readers) demand.readers[person] = rule;
    for (const std::size_t person : rule->writers) demand.writers[person] = rule;
    for (const std::size_t person : rule->kept_from) demand.kept_from[person] = rule;
  }
  return demand;
}

Judge::Judge(ports::Trees& trees, const Expectations& expectations)
    : trees_(trees), expectations_(expectations) {
  if (expectations.rules.size() > 64) {
    throw core::Error(core::Kind::configuration, "a policy may have at most 64 rules");
  }
}

const Demand& Judge::demand(std::uint64_t rules) {
  const auto known = demands_.find(rules);
  if (known != demands_.end()) return known->second;
  std::vector<const Expectation*> meant;
  for (std::size_t i = 0; i < expectations_.rules.size(); ++i) {
    if ((rules >> i & 1) != 0) meant.push_back(&expectations_.rules[i]);
  }
  return demands_.emplace(rules, demandOf(meant)).first->second;
}

const Judgement& Judge::judge(std::uint64_t rules, const ports::Attributes& thing) {
  if (last_judgement_ != nullptr && rules == last_rules_ && thing == last_) return *last_judgement_;
  std::unique_ptr<Judgement>& judgement = judged_[keyOf(rules, thing)];
  if (!judgement) judgement = std::make_unique<Judgement>(make(demand(rules), thing));
  last_rules_ = rules;
  last_ = thing;
  last_judgement_ = judgement.get();
  return *judgement;
}

Judgement Judge::make(const Demand& demand, const ports::Attributes& thing) {
  Judgement judgement;
  judgement.mended = thing;
  compare(demand, thing, judgement);
  weigh(demand, thing, judgement);
  return judgement;
}

void Judge::compare(const Demand& demand, const ports::Attributes& thing, Judgement& judgement) {
  std::vector<std::string> found;
  std::vector<std::string> wanted;
  ports::Attributes& mended = judgement.mended;
  mended.uid = demand.uid.value_or(thing.uid);
  mended.gid = demand.gid.value_or(thing.gid);
  if (mended.uid != thing.uid || mended.gid != thing.gid) {
    const std::string owner = ownerInWords(thing.uid, thing.gid);
    found.push_back("owner " + owner + strangerInWords(thing.uid));
    wanted.push_back("owner " + ownerInWords(mended.uid, mended.gid));
  }
  const std::optional<ModeRange>& modes = isFolder(thing) ? demand.folders : demand.files;
  if (modes && !modes->holds(thing.mode)) {
    mended.mode = modes->mended(thing.mode);
    found.push_back(fmt::format("mode {:04o}", thing.mode));
    wanted.push_back("mode " + inWords(*modes));
  }
  if (demand.no_acl && !(thing.access_acl.empty() && thing.default_acl.empty())) {
    mended.access_acl.clear();
    mended.default_acl.clear();
    found.emplace_back("an ACL");
    wanted.emplace_back("none");
  }
  judgement.attributes_hold = found.empty();
  judgement.found = core::join(found, ", ");
  judgement.wanted = core::join(wanted, ", ");
  judgement.rule = demand.owner_rule;
}

void Judge::weigh(const Demand& demand, const ports::Attributes& thing, Judgement& judgement) {
  const auto add = [&](std::size_t person, bool write, bool must, const Expectation* rule) {
    const std::string rights = must ? rightsFor(thing, write) : "r";
    const Verdict verdict = evaluate(thing, expectations_.people[person].identity, rights);
    judgement.needs.push_back({person, rights, must, rule, verdict.allowed == must, verdict.entry});
  };
  for (const auto& [person, rule] : demand.writers) {
    add(person, true, true, rule);
    const unsigned uid = expectations_.people[person].identity.uid;
    const bool sticky = isFolder(thing) && (thing.mode & kSticky) != 0;
    if (!sticky || uid == 0 || uid == thing.uid) continue;
    judgement.needs.push_back({person, kDelete, true, rule, false, "the sticky bit"});
  }
  for (const auto& [person, rule] : demand.readers) {
    if (!demand.writers.contains(person)) add(person, false, true, rule);
  }
  for (const auto& [person, rule] : demand.kept_from) {
    // Somebody who needs it in another role has it anyway.
    const bool needs_it = demand.readers.contains(person) || demand.writers.contains(person);
    if (!needs_it) add(person, false, false, rule);
  }
}

/// Numbers survive a move to another host; what they mean does not.
std::string Judge::strangerInWords(unsigned uid) {
  const auto& people = expectations_.people;
  const bool known = uid == 0 || std::any_of(people.begin(), people.end(), [&](const Person& one) {
                       return one.identity.uid == uid;
                     });
  if (known || people.empty()) return {};
  return users_[uid] == std::to_string(uid)
             ? " (no account here has this number)"
             : fmt::format(" (number {} is this account's here: files of another host?)", uid);
}

std::string Judge::ownerInWords(unsigned uid, unsigned gid) {
  std::string& user = users_[uid];
  if (user.empty()) user = trees_.accountName(uid);
  if (user.empty()) user = std::to_string(uid);
  std::string& group = groups_[gid];
  if (group.empty()) group = trees_.groupName(gid);
  if (group.empty()) group = std::to_string(gid);
  return user + ":" + group;
}

}  // namespace permissions
