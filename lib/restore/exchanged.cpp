#include "lib/restore/exchanged.hpp"

#include <fmt/format.h>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace restore {
namespace {

constexpr const char* kKind = "files.exchanged";

}  // namespace

FilesExchanged::FilesExchanged(Environment environment, const core::Json& arguments)
    : environment_(environment), part_(arguments.at("part").get<std::string>()) {
  for (const core::Json& each : arguments.at("items")) {
    items_.push_back(
        {each.at("live"), each.at("incoming"), each.at("kept"), each.at("incoming_inode")});
    if (each.contains("kept_inode"))
      items_.back().kept_inode = each.at("kept_inode").get<std::uint64_t>();
  }
}

std::string FilesExchanged::title() const {
  std::vector<std::string> kept;
  for (const Item& item : items_) {
    if (!item.kept.empty()) kept.push_back(item.kept);
  }
  if (kept.empty())
    return fmt::format("{} is the incoming one, which takes nothing's place", part_);
  return fmt::format("{} is the incoming one, that of now is kept as {}", part_,
                     core::join(kept, ", "));
}

FilesExchanged::Inodes FilesExchanged::look(const Item& item) const {
  const auto inode = [&](const std::string& path) -> std::uint64_t {
    if (path.empty()) return 0;
    const auto info = environment_.world.files.info(path);
    return info ? info->inode : 0;
  };
  return {inode(item.live), inode(item.incoming), inode(item.kept)};
}

/// `was`: as it was before this step began.
FilesExchanged::State FilesExchanged::stateOf(const Item& item, const Inodes& was,
                                              const Inodes& now) {
  const auto is = [&](std::uint64_t live, std::uint64_t incoming, std::uint64_t kept) {
    return now.live == live && now.incoming == incoming && now.kept == kept;
  };
  const bool comes = !item.incoming.empty();
  if (comes && was.incoming == 0) return State::foreign;
  if (is(was.incoming, 0, item.kept.empty() ? 0 : was.live)) return State::done;
  if (is(was.live, was.incoming, 0)) return State::untouched;
  if (is(was.incoming, was.live, 0)) return State::exchanged;
  if (is(0, was.incoming, was.live)) return State::moved_away;
  if (is(was.live, 0, was.incoming)) return State::half_back;
  return State::foreign;
}

FilesExchanged::State FilesExchanged::stateTakenBack(const Item& item, const Inodes& now) {
  if (!item.kept_inode) return State::foreign;
  return stateOf(item, {*item.kept_inode, item.incoming_inode, 0}, now);
}

std::vector<FilesExchanged::Inodes> FilesExchanged::inodesIn(const core::Json& before) const {
  std::vector<Inodes> all;
  for (const core::Json& each : before.at("items")) {
    all.push_back({each.at("live_inode"), each.at("incoming_inode"), 0});
  }
  if (all.size() != items_.size()) {
    throw core::Error(core::Kind::corrupt, "the journal's items are not those of the plan");
  }
  return all;
}

core::CheckResult FilesExchanged::result(core::Outcome outcome, const std::string& found) const {
  return check(kKind, part_ + " of " + environment_.instance.name, outcome, found, title(),
               "Look at these files before you go on.");
}

step::Observation FilesExchanged::observe(const core::Json* before) {
  const std::vector<Inodes> was = before == nullptr ? std::vector<Inodes>() : inodesIn(*before);
  std::size_t left = 0;
  for (std::size_t i = 0; i < items_.size(); ++i) {
    const Item& item = items_[i];
    const Inodes now = look(item);
    if (before != nullptr) {
      const State state = stateOf(item, was[i], now);
      if (state == State::foreign) {
        return step::blocked(result(core::Outcome::fail, "somebody else changed " + item.live));
      }
      left += state == State::done ? 0 : 1;
      continue;
    }
    const State state = stateTakenBack(item, now);
    left += state == State::done ? 0 : 1;
    if (state != State::foreign) continue;
    if (auto blocked = obstacle(item, now)) return *blocked;
  }
  return step::observed(left == 0 ? result(core::Outcome::pass, "in place")
                                  : result(core::Outcome::fail, "not exchanged yet"));
}

/// What keeps a fresh exchange from being begun.
std::optional<step::Observation> FilesExchanged::obstacle(const Item& item,
                                                          const Inodes& now) const {
  const auto blocked = [&](const std::string& found) {
    return step::blocked(result(core::Outcome::fail, found));
  };
  if (now.kept != 0) return blocked(item.kept + " is there already");
  if (item.incoming.empty()) return std::nullopt;
  if (now.incoming == 0 && item.incoming_inode == 0) {
    return step::observed(result(core::Outcome::skip, "after the files were unpacked"));
  }
  if (item.incoming_inode != 0 && now.incoming != item.incoming_inode) {
    return blocked(item.incoming +
                   (now.incoming == 0 ? " is gone" : " is not the file that was kept"));
  }
  if ((now.live == 0) != item.kept.empty()) {
    return blocked(item.live + (now.live == 0 ? " is gone" : " is there now"));
  }
  return std::nullopt;
}

core::Json FilesExchanged::before() {
  core::Json items = core::Json::array();
  for (const Item& item : items_) {
    const Inodes now = look(item);
    const bool known = stateTakenBack(item, now) != State::foreign;
    items.push_back({{"live_inode", known ? *item.kept_inode : now.live},
                     {"incoming_inode", known ? item.incoming_inode : now.incoming}});
  }
  return {{"items", std::move(items)}};
}

void FilesExchanged::apply(const core::Json& before, core::Progress& progress) {
  const std::vector<Inodes> was = inodesIn(before);
  for (std::size_t i = 0; i < items_.size(); ++i) exchange(items_[i], was[i], look(items_[i]));
  done_ = true;
  progress.say(fmt::format("{} exchanged", part_));
}

void FilesExchanged::exchange(const Item& item, const Inodes& was, const Inodes& now) {
  ports::Files& files = environment_.world.files;
  switch (stateOf(item, was, now)) {
    case State::done:
      return;
    case State::exchanged:
      return files.rename(item.incoming, item.kept);
    case State::moved_away:
      return files.rename(item.incoming, item.live);
    case State::half_back:
      return files.exchange(item.live, item.kept);
    case State::foreign:
      throw core::Error(core::Kind::refused,
                        fmt::format("{} was replaced a moment ago", item.live));
    case State::untouched:
      break;
  }
  if (item.kept.empty()) return files.rename(item.incoming, item.live);
  if (item.incoming.empty()) return files.rename(item.live, item.kept);
  try {
    files.exchange(item.live, item.incoming);
  } catch (const core::Error& error) {
    if (error.kind() != core::Kind::refused) throw;
    files.rename(item.live, item.kept);
    return files.rename(item.incoming, item.live);
  }
  files.rename(item.incoming, item.kept);
}

/// The kept file comes back, and what came is kept under the name that it came from.
step::Compensation FilesExchanged::compensation(const core::Json& before, step::Purpose) {
  const std::vector<Inodes> was = inodesIn(before);
  core::Json items = core::Json::array();
  for (std::size_t i = 0; i < items_.size(); ++i) {
    const Item& item = items_[i];
    items.push_back({{"live", item.live},
                     {"incoming", item.kept},
                     {"kept", item.incoming},
                     {"incoming_inode", item.kept.empty() ? 0 : was[i].live},
                     {"kept_inode", was[i].incoming}});
  }
  return step::Compensation::by({kKind, {{"part", part_}, {"items", std::move(items)}}, {}});
}

core::Json FilesExchanged::results() const {
  if (!done_) return core::Json::object();
  core::Json kept = core::Json::array();
  for (const Item& item : items_) {
    if (!item.kept.empty()) kept.push_back(item.kept);
  }
  return {{"kept_" + part_, std::move(kept)}};
}

std::vector<std::string> FilesExchanged::manual() const {
  std::vector<std::string> lines;
  for (const Item& item : items_) {
    if (!item.kept.empty()) lines.push_back(core::shellLine({"mv", "-nT", item.live, item.kept}));
    if (!item.incoming.empty()) {
      lines.push_back(core::shellLine({"mv", "-nT", item.incoming, item.live}));
    }
  }
  return lines;
}

}  // namespace restore
