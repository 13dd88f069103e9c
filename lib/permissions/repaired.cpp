#include "lib/permissions/repaired.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/core/digest.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/permissions/audit.hpp"

namespace permissions {
namespace {

constexpr const char* kKind = "permissions.repaired";
constexpr std::size_t kManualLines = 200;

std::string readWhole(ports::Files& files, const std::string& path) {
  const std::unique_ptr<core::Source> source = files.open(path);
  std::string text;
  std::vector<char> block(64 * 1024);
  while (const std::size_t got = source->read(block)) {
    text.append(block.data(), got);
  }
  return text;
}

/// A rule may be for a single file: it is reached through its folder.
std::vector<ports::Changed> change(ports::Trees& trees, const std::string& root, Changes changes) {
  const bool single = changes.size() == 1 && changes.front().path.empty() &&
                      changes.front().from.type != ports::FileType::folder;
  if (!single) return trees.change(root, changes);
  const auto slash = root.rfind('/');
  changes.front().path = root.substr(slash + 1);
  return trees.change(root.substr(0, std::max<std::size_t>(slash, 1)), changes);
}

/// How many of the changes hold, are still to be made, and can't be made any more.
struct Tally {
  std::int64_t holds = 0;
  std::int64_t needed = 0;
  std::vector<std::string> lost;  // changed by somebody else meanwhile, or gone
};

}  // namespace

Repaired::Repaired(ports::World& world, const config::Instance& instance,
                   const core::Json& arguments, std::shared_ptr<Walked> walked)
    : world_(world), instance_(instance), arguments_(arguments), walked_(std::move(walked)) {
  try {
    place_ = {arguments.value("host", std::string()), arguments.value("container", std::string())};
    root_ = arguments.at("root").get<std::string>();
    list_ = arguments.at("list").get<std::string>();
    back_ = arguments.value("back", false);
    rules_ = expectationsFromJson(arguments.at("rules"));
  } catch (const core::Json::exception& error) {
    throw core::Error(core::Kind::corrupt, fmt::format("step {}: {}", kKind, error.what()));
  }
  refuseSystemFolder(root_);
}

std::string Repaired::title() const {
  return fmt::format("owners and modes below {} are as {}", inWords(),
                     back_ ? "they were" : "the rules ask");
}

/// The root for people, with its place.
std::string Repaired::inWords() const {
  const std::string place = place_.inWords();
  return core::printable(root_) + (place.empty() ? "" : " (" + place + ")");
}

std::string Repaired::known() const { return place_.inWords() + ":" + root_; }

core::CheckResult Repaired::look(core::Outcome outcome, std::string found) const {
  return {kKind, inWords(), outcome, std::move(found), title(), ""};
}

/// By a walk, once in this process.
const Seen& Repaired::needed() {
  const auto walked = walked_->find(known());
  if (walked != walked_->end()) return walked->second;
  Seen seen;
  Site site(world_, instance_, place_);
  const Audit audit =
      walkThrough(site, rules_, [&](const std::string&, ports::AttributeChange change) {
        seen.changes.push_back(std::move(change));
      });
  for (const Finding& finding : audit.findings) {
    if (finding.kind != Finding::Kind::missed || !seen.missed.empty()) continue;
    seen.missed = core::printable(finding.place) + " " + finding.found;
  }
  return walked_->emplace(known(), std::move(seen)).first->second;
}

Changes Repaired::listed(const core::Json& before) {
  const std::string text = readWhole(world_.files, list_);
  if (before.at("sha256") != core::sha256(text)) {
    throw core::Error(core::Kind::corrupt,
                      fmt::format("{} is not the list that the journal means", list_),
                      "Look at the files by hand: sotctl permissions audit.");
  }
  Changes changes = changesFromLines(text);
  return back_ ? reversed(std::move(changes)) : changes;
}

step::Observation Repaired::observe(const core::Json* before) {
  if (before != nullptr) return asListed(*before);
  if (back_) return asListed(arguments_);
  const auto& [changes, missed] = needed();
  if (changes.empty() && !missed.empty()) {
    return step::observed(look(core::Outcome::unknown, missed));
  }
  if (changes.empty()) return step::observed(look(core::Outcome::pass, "all are right"));
  const auto folders = std::count_if(changes.begin(), changes.end(), [](const auto& change) {
    return change.from.type == ports::FileType::folder;
  });
  const auto files = static_cast<std::int64_t>(changes.size()) - folders;
  return step::observed(look(core::Outcome::fail,
                             fmt::format("{} and {} differ", core::plural(files, "file", "files"),
                                         core::plural(folders, "folder", "folders"))));
}

step::Observation Repaired::asListed(const core::Json& before) {
  Tally tally;
  Site site(world_, instance_, place_);
  for (const ports::AttributeChange& change : listed(before)) {
    const std::string path = change.path.empty() ? root_ : root_ + "/" + change.path;
    const auto now = site.world().itsTrees().attributes(path);
    if (now && *now == change.to) {
      ++tally.holds;
    } else if (now && ports::isBegun(change, *now)) {
      ++tally.needed;
    } else {
      tally.lost.push_back(path);
    }
  }
  if (tally.needed > 0) {
    return step::observed(look(core::Outcome::fail, fmt::format("{} to be changed, {} as wanted",
                                                                tally.needed, tally.holds)));
  }
  if (tally.lost.empty()) {
    return step::observed(look(core::Outcome::pass, fmt::format("{} as wanted", tally.holds)));
  }
  return step::observed(
      look(core::Outcome::warn,
           fmt::format("{} as wanted; {} gone or changed by somebody meanwhile, left alone: {}",
                       tally.holds, tally.lost.size(), core::printable(tally.lost.front()))));
}

core::Json Repaired::before() {
  if (back_) return {{"sha256", arguments_.at("sha256")}};
  const std::string lines = toLines(needed().changes);
  world_.files.replace(list_, lines, 0600);
  return {{"sha256", core::sha256(lines)}, {"changes", needed().changes.size()}};
}

void Repaired::apply(const core::Json& before, core::Progress& progress) {
  const Changes changes = listed(before);
  progress.at(
      fmt::format("changing {} below {}",
                  core::plural(static_cast<std::int64_t>(changes.size()), "thing", "things"),
                  inWords()),
      0, 0);
  Site site(world_, instance_, place_);
  const std::vector<ports::Changed> done = change(site.world().itsTrees(), root_, changes);
  core::Json left = core::Json::array();
  std::map<std::string, std::int64_t> counts;
  for (std::size_t i = 0; i < done.size(); ++i) {
    ++counts[ports::changedName(done[i])];
    const bool good = done[i] == ports::Changed::done || done[i] == ports::Changed::already;
    if (!good && left.size() < 20) left.push_back(core::printable(changes[i].path));
  }
  results_ = {{"changed", counts["done"]},      {"already", counts["already"]},
              {"gone", counts["gone"]},         {"changed_meanwhile", counts["other"]},
              {"left_alone", counts["unsafe"]}, {"left", left}};
  walked_->erase(known());
}

step::Compensation Repaired::compensation(const core::Json& before, step::Purpose) {
  core::Json arguments = arguments_;
  arguments["back"] = !back_;
  arguments["sha256"] = before.at("sha256");
  return step::Compensation::by({kKind, arguments});
}

std::vector<std::string> Repaired::manual() const {
  std::vector<std::string> lines;
  if (!place_.inWords().empty()) lines.push_back("# " + place_.inWords() + ":");
  lines.push_back(fmt::format("# owners and modes as they were and shall be: {}{}",
                              core::shellQuote(list_), back_ ? " (back to \"from\")" : ""));
  if (!world_.files.info(list_)) return lines;
  Changes changes = changesFromLines(readWhole(world_.files, list_));
  if (back_) changes = reversed(std::move(changes));
  for (const ports::AttributeChange& change : changes) {
    if (lines.size() > kManualLines) {
      lines.push_back(fmt::format("# … {} in all", changes.size()));
      break;
    }
    const std::string path = change.path.empty() ? root_ : root_ + "/" + change.path;
    lines.push_back(core::shellLine(
        {"chown", "-h", fmt::format("{}:{}", change.to.uid, change.to.gid), "--", path}));
    lines.push_back(core::shellLine({"chmod", fmt::format("{:04o}", change.to.mode), "--", path}));
  }
  return lines;
}

void registerSteps(step::Registry& registry, ports::World& world,
                   const config::Instance& instance) {
  const auto walked = std::make_shared<Walked>();
  registry.add(kKind, [&world, &instance, walked](const core::Json& arguments) {
    return std::make_unique<Repaired>(world, instance, arguments, walked);
  });
}

step::Spec repairStep(const Place& place, const std::string& root, const Expectations& expectations,
                      const std::string& list) {
  // Only the rules that reach into this root.
  core::Json rules = core::Json::array();
  const core::Json all = toJson(expectations);
  for (std::size_t i = 0; i < expectations.rules.size(); ++i) {
    const std::string base = expectations.rules[i].pattern.base();
    if (base == root || base.starts_with(root + "/")) rules.push_back(all.at(i));
  }
  core::Json arguments{{"root", root}, {"rules", rules}, {"list", list}};
  if (!place.host.empty()) arguments["host"] = place.host;
  if (!place.container.empty()) arguments["container"] = place.container;
  return {kKind, arguments};
}

}  // namespace permissions
