#include "lib/permissions/audit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/permissions/evaluate.hpp"
#include "lib/permissions/folding.hpp"
#include "lib/permissions/judge.hpp"
#include "lib/permissions/kernel.hpp"
#include "lib/permissions/labels.hpp"

namespace permissions {
namespace {

Finding missedAt(std::string place, const std::string& why) {
  Finding finding;
  finding.kind = Finding::Kind::missed;
  finding.outcome = core::Outcome::unknown;
  finding.place = std::move(place);
  finding.found = "could not look: " + why;
  finding.wanted = "a look by root";
  return finding;
}

bool isBelow(const std::set<std::string>& folders, const std::string& path) {
  return std::any_of(folders.begin(), folders.end(), [&](const std::string& folder) {
    return path == folder || path.starts_with(folder + "/");
  });
}

/// One walk over one root: follows the rules' patterns down the tree and hands what they are for to
/// the judge.
class Auditor : public ports::TreeVisitor {
 public:
  Auditor(const Expectations& expectations, Judge& judge, Kernel& kernel, Folding& folding,
          Audit& audit, const OnChange& on_change)
      : expectations_(expectations),
        judge_(judge),
        kernel_(kernel),
        folding_(folding),
        audit_(audit),
        on_change_(on_change) {}

  /// `blocked`: people who don't get to the root at all.
  void begin(const std::string& root, const std::set<std::size_t>& blocked) {
    root_ = root;
    path_ = root;
    levels_.clear();
    depth_ = 0;
    Level& above = push();
    const std::string parent = root.substr(0, std::max<std::size_t>(root.rfind('/'), 1));
    for (std::size_t i = 0; i < expectations_.rules.size(); ++i) {
      above.states[i] = expectations_.rules[i].pattern.after(parent);
    }
    above.place = root;
    above.length = 0;
    for (const std::size_t person : blocked) above.blocked[person] = true;
  }

  bool enter(const ports::Node& folder, bool other_mount) override {
    const std::size_t length = path_.size();
    const std::string_view name = appended(folder);
    const Level& parent = levels_[depth_ - 1];
    step(parent, name);
    if (other_mount) {
      folding_.single(mounted());
      path_.resize(length);
      return false;
    }
    ++audit_.folders;
    Level& level = push();
    level.length = length;
    level.states = next_;
    level.blocked = levels_[depth_ - 2].blocked;
    level.place = depth_ <= 3 ? path_ : levels_[depth_ - 2].place;
    if (matched_ != 0) judge(folder, level.blocked);
    if (alive_) return true;
    leave();
    return false;
  }

  void leave() override {
    path_.resize(levels_[depth_ - 1].length);
    --depth_;
  }

  void visit(const ports::Node& node) override {
    if (node.attributes.type == ports::FileType::link) return;
    ++audit_.files;
    const std::size_t length = path_.size();
    step(levels_[depth_ - 1], appended(node));
    if (matched_ != 0) judge(node, levels_[depth_ - 1].blocked);
    path_.resize(length);
  }

  void missed(std::string_view name, const std::string& why) override {
    folding_.single(missedAt(path_ + (name.empty() ? "" : "/" + std::string(name)), why));
  }

 private:
  /// What is known of a folder on the way down.
  struct Level {
    std::vector<Pattern::State> states;
    std::vector<bool> blocked;  // people who can't get in here
    std::string place;          // what findings below are folded into
    std::size_t length = 0;     // of the path before this folder
    const Judgement* judged_last = nullptr;
  };

  Level& push() {
    if (levels_.size() <= depth_) levels_.emplace_back();
    Level& level = levels_[depth_++];
    level.states.resize(expectations_.rules.size());
    level.blocked.assign(expectations_.people.size(), false);
    level.judged_last = nullptr;
    return level;
  }

  /// The path grows by the node's name; gives its last component.
  std::string_view appended(const ports::Node& node) {
    if (node.name.empty()) return std::string_view(path_).substr(path_.rfind('/') + 1);
    path_ += '/';
    path_ += node.name;
    return node.name;
  }

  void step(const Level& level, std::string_view name) {
    matched_ = 0;
    alive_ = false;
    next_.resize(level.states.size());
    for (std::size_t i = 0; i < level.states.size(); ++i) {
      const Pattern& pattern = expectations_.rules[i].pattern;
      next_[i] = level.states[i] == 0 ? 0 : pattern.step(level.states[i], name);
      if (pattern.matches(next_[i])) matched_ |= std::uint64_t{1} << i;
      alive_ = alive_ || pattern.alive(next_[i]);
    }
  }

  void judge(const ports::Node& node, std::vector<bool>& blocked) {
    seen_ |= matched_;
    const Judgement& judgement = judge_.judge(matched_, node.attributes);
    if (!judgement.attributes_hold) note(node, judgement);
    Level& level = levels_[depth_ - 1];
    const bool is_new = std::exchange(level.judged_last, &judgement) != &judgement;
    for (std::size_t i = 0; i < judgement.needs.size(); ++i) {
      weigh(node, judgement, i, is_new, blocked);
    }
  }

  const std::string& place() const { return levels_[depth_ - 1].place; }
  std::string relative() const {
    return path_.size() == root_.size() ? "" : path_.substr(root_.size() + 1);
  }

  void note(const ports::Node& node, const Judgement& judgement) {
    folding_.add(place(), &judgement, 0, node, path_, [&] {
      Finding finding;
      finding.kind = Finding::Kind::attributes;
      finding.place = place();
      finding.found = judgement.found;
      finding.wanted = judgement.wanted;
      finding.why = judgement.rule->why;
      finding.rule = judgement.rule->place;
      return finding;
    });
    const ports::FileType type = node.attributes.type;
    const bool mendable =
        type == ports::FileType::folder || (type == ports::FileType::file && node.links == 1);
    if (!mendable) return leaveAlone(node, judgement);
    if (!on_change_) return;
    on_change_(root_, {relative(), node.device, node.inode, node.attributes, judgement.mended});
  }

  void leaveAlone(const ports::Node& node, const Judgement& judgement) {
    folding_.add(place(), &judgement, 1, node, path_, [&] {
      Finding finding;
      finding.kind = Finding::Kind::unmendable;
      finding.outcome = core::Outcome::warn;
      finding.place = place();
      finding.found = node.links > 1 ? "several hard links: a change would reach another name too"
                                     : "neither a file nor a folder";
      finding.wanted = "a look by a person; repair leaves it alone";
      return finding;
    });
  }

  void weigh(const ports::Node& node, const Judgement& judgement, std::size_t which, bool is_new,
             std::vector<bool>& blocked) {
    const Need& need = judgement.needs[which];
    if (blocked[need.person]) return;
    const bool folder = node.attributes.type == ports::FileType::folder;
    if (is_new && need.rights != kDelete) kernel_.remember(need.person, place(), &need, path_);
    if (need.holds) return;
    // All that is below is out of reach as well: told once.
    if (folder && need.must && need.rights != kDelete) blocked[need.person] = true;
    folding_.add(place(), &judgement, 2 + which, node, path_, [&] {
      Finding finding;
      finding.kind = need.must ? Finding::Kind::access : Finding::Kind::exposed;
      finding.place = place();
      finding.who = expectations_.people[need.person].inWords();
      finding.found = fmt::format("{} {} {} it: {} decides", finding.who,
                                  need.must ? "can't" : "can", verbOf(need.rights), need.entry);
      finding.wanted = need.must ? "that it can" : "that it can't";
      finding.why = need.rule->why;
      finding.rule = need.rule->place;
      return finding;
    });
  }

  static const char* verbOf(const std::string& rights) {
    if (rights == kDelete) return "delete what others wrote in";
    if (rights == "rwx") return "list, create and delete in";
    if (rights == "rx") return "list";
    return rights == "rw" ? "read and write" : "read";
  }

  Finding mounted() const {
    Finding finding;
    finding.kind = Finding::Kind::other_mount;
    finding.outcome = core::Outcome::skip;
    finding.place = path_;
    finding.found = "another file system is mounted here and was not looked into";
    finding.wanted = "its own rule or --path";
    return finding;
  }

  const Expectations& expectations_;
  Judge& judge_;
  Kernel& kernel_;
  Folding& folding_;
  Audit& audit_;
  const OnChange& on_change_;
  std::string root_;
  std::string path_;
  std::vector<Level> levels_;
  std::size_t depth_ = 0;
  // Of the thing that was stepped to last.
  std::vector<Pattern::State> next_;
  std::uint64_t matched_ = 0;
  bool alive_ = false;

 public:
  std::uint64_t seen_ = 0;  // rules that something was found for
};

Finding absent(const Expectation& rule) {
  Finding finding;
  finding.kind = Finding::Kind::absent;
  finding.outcome = core::Outcome::fail;
  finding.place = rule.pattern.text();
  finding.found = "nothing is there";
  finding.wanted = "what the rule is for";
  finding.why = rule.why;
  finding.rule = rule.place;
  return finding;
}

}  // namespace

Audit audit(Site& site, const Expectations& expectations) {
  Audit audit = walkThrough(site, expectations, {});
  for (Finding& finding : lookBeside(site, expectations)) {
    audit.findings.push_back(std::move(finding));
  }
  return audit;
}

Audit walkThrough(Site& site, const Expectations& expectations, const OnChange& on_change) {
  ports::World& world = site.world();
  const auto began = world.clock.steady();
  Audit audit;
  Folding folding;
  Judge judge(world.itsTrees(), expectations);
  Kernel kernel(world, site.host().files, expectations);
  Auditor auditor(expectations, judge, kernel, folding, audit, on_change);
  std::set<std::string> denied;
  for (const std::string& root : expectations.roots()) {
    try {
      if (!world.itsTrees().attributes(root)) continue;
      auditor.begin(root, kernel.lookAbove(root, folding));
      world.itsTrees().walk(root, auditor);
    } catch (const core::Error& error) {
      if (error.kind() != core::Kind::denied) throw;
      denied.insert(root);
      folding.single(missedAt(root, error.what()));
    }
  }
  if (auditor.seen_ == 0 && denied.empty()) {
    throw core::Error(
        core::Kind::refused,
        fmt::format("no rule's path is there: {}", core::join(expectations.roots(), ", ")),
        "Name the folder that is meant with --path, or set `root` and `media` in the "
        "configuration.");
  }
  for (std::size_t i = 0; i < expectations.rules.size(); ++i) {
    const Expectation& rule = expectations.rules[i];
    const bool seen = (auditor.seen_ >> i & 1) != 0;
    if (!seen && !rule.optional && !isBelow(denied, rule.pattern.base())) {
      folding.single(absent(rule));
    }
  }
  audit.asked = kernel.ask(folding);
  audit.findings = folding.take();
  audit.took = std::chrono::duration_cast<core::Duration>(world.clock.steady() - began);
  return audit;
}

}  // namespace permissions
