#include "lib/restore/unpacked.hpp"

#include <fmt/format.h>

#include "lib/backup/roots.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/restore/file_names.hpp"
#include "lib/restore/unpack.hpp"

namespace restore {
namespace {

constexpr const char* kUnpacked = "files.unpacked";
constexpr const char* kRemoved = "files.removed";

std::string parentOf(const std::string& path) {
  return path.substr(0, std::max<std::size_t>(path.rfind('/'), 1));
}

}  // namespace

core::Json toJson(const std::vector<FileTarget>& targets) {
  core::Json list = core::Json::array();
  for (const FileTarget& each : targets) {
    list.push_back({{"name", each.name}, {"path", each.path}, {"present", each.present}});
  }
  return list;
}

std::vector<FileTarget> targetsFromJson(const core::Json& json) {
  std::vector<FileTarget> targets;
  for (const core::Json& each : json) {
    targets.push_back({each.at("name"), each.at("path"), each.at("present")});
  }
  return targets;
}

FilesUnpacked::FilesUnpacked(Environment environment, const core::Json& arguments)
    : environment_(environment),
      set_(arguments.at("set").get<std::string>()),
      run_(arguments.at("run").get<std::string>()),
      part_(arguments.at("part").get<std::string>()),
      targets_(targetsFromJson(arguments.at("targets"))) {}

std::string FilesUnpacked::title() const {
  return fmt::format("{} of set {} lies beside the live files", part_, set_);
}

/// Unpacked, or already in the live one's place.
bool FilesUnpacked::isThere(const FileTarget& target) const {
  ports::Files& files = environment_.world.files;
  if (files.info(unpackedName(target.path, run_)) || files.info(keptName(target.path, run_))) {
    return true;
  }
  return !target.present && files.info(target.path).has_value();
}

/// What would keep the exchange from working later.
std::string FilesUnpacked::obstacle(const FileTarget& target) const {
  ports::Files& files = environment_.world.files;
  const std::string parent = parentOf(target.path);
  const auto above = files.info(parent);
  if (!above) return fmt::format("folder {} is not there", parent);
  const auto live = files.info(target.path);
  if (live && live->device != above->device) {
    return fmt::format("{} is a mount point, which can't be exchanged", target.path);
  }
  if (!files.may(parent, 'w')) {
    return fmt::format("{} may not write {}", environment_.world.caller.account, parent);
  }
  return {};
}

step::Observation FilesUnpacked::observe(const core::Json*) {
  const auto look = [&](core::Outcome outcome, const std::string& found, const char* hint = "") {
    return check(kUnpacked, part_ + " of set " + set_, outcome, found, title(), hint);
  };
  std::size_t missing = 0;
  std::string first;
  for (const FileTarget& target : targets_) {
    if (isThere(target)) continue;
    if (const std::string why = obstacle(target); !why.empty()) {
      return step::blocked(look(core::Outcome::fail, why,
                                "Restore without it (--with), and unpack the set's archive there "
                                "by hand: it is a plain tar.gz."));
    }
    if (++missing == 1) first = target.path;
  }
  if (missing == 0) return step::observed(look(core::Outcome::pass, "there"));
  const backup::StoredSet set = usableSet(environment_, set_);
  const backup::Part* part = set.manifest->part(part_);
  const std::uint64_t needed = part == nullptr ? 0 : part->bytes;
  const std::uint64_t free = environment_.world.files.freeBytes(parentOf(first));
  if (free < needed) {
    return step::blocked(look(core::Outcome::fail,
                              fmt::format("{} has {} free, the files need {}", parentOf(first),
                                          core::formatBytes(free), core::formatBytes(needed)),
                              "Make room: the old files stay beside the new ones."));
  }
  return step::observed(look(core::Outcome::fail, fmt::format("{} not unpacked yet", missing)));
}

void FilesUnpacked::apply(const core::Json&, core::Progress& progress) {
  const backup::StoredSet set = usableSet(environment_, set_);
  const backup::Part* part = set.manifest->part(part_);
  if (part == nullptr || part->archive.empty()) {
    throw core::Error(core::Kind::not_found, fmt::format("set {} holds no {}", set_, part_));
  }
  std::vector<FileTarget> missing;
  for (const FileTarget& target : targets_) {
    if (!isThere(target)) missing.push_back(target);
  }
  const std::string archive = set.folder + "/" + part->archive;
  const Unpacking done = unpack(environment_.world, archive, *part, missing, run_, progress);
  prove(archive, *part, progress);
  for (const FileTarget& target : missing) {
    environment_.world.files.rename(unpackingName(target.path, run_),
                                    unpackedName(target.path, run_));
  }
  results_ = {{part_ + "_files", done.files}, {part_ + "_bytes", done.bytes}};
  if (done.undressed_count == 0) return;
  results_[part_ + "_owners_not_kept"] = done.undressed_count;
  progress.say(fmt::format(
      "{} of {} keep the owner {}: {} may not give files away, first {}",
      core::plural(static_cast<std::int64_t>(done.undressed_count), "file", "files"), part_,
      environment_.world.caller.account, environment_.world.caller.account, done.undressed));
}

/// What lies on disk is what the set holds, byte by byte.
void FilesUnpacked::prove(const std::string& archive, const backup::Part& part,
                          core::Progress& progress) {
  std::vector<backup::Root> roots;
  for (const FileTarget& target : targets_) {
    const std::string path = unpackingName(target.path, run_);
    if (environment_.world.files.info(path)) roots.push_back({part_, target.name, path});
  }
  const auto found = backup::compareFiles(environment_.world, archive, part, roots, progress);
  for (const backup::FileDifference& each : found.differences) {
    if (each.what == backup::FileDifference::What::changed && each.how.starts_with("owner"))
      continue;
    throw core::Error(
        core::Kind::unexpected,
        fmt::format("{} was not unpacked as it is in the set: {} {}", core::printable(each.name),
                    backup::whatName(each.what), each.how));
  }
  if (!found.undetermined.empty()) {
    throw core::Error(core::Kind::undetermined, found.undetermined.front());
  }
}

step::Compensation FilesUnpacked::compensation(const core::Json&, step::Purpose purpose) {
  if (purpose == step::Purpose::undo) return step::Compensation::none();
  core::Json items = core::Json::array();
  for (const FileTarget& target : targets_) {
    items.push_back({{"path", unpackingName(target.path, run_)}, {"inode", 0}});
    items.push_back({{"path", unpackedName(target.path, run_)}, {"inode", 0}});
  }
  return step::Compensation::by({kRemoved, {{"items", std::move(items)}, {"final", false}}, {}});
}

core::Json FilesUnpacked::results() const { return results_; }

std::vector<std::string> FilesUnpacked::manual() const {
  std::vector<std::string> lines;
  const std::string archive =
      backup::Store(environment_.world, environment_.instance).setFolder(set_) + "/" +
      backup::archiveOf(part_);
  for (const FileTarget& target : targets_) {
    const std::string to = core::shellQuote(unpackedName(target.path, run_));
    const std::string from = core::shellQuote(target.name);
    lines.push_back(fmt::format(
        "d=$(mktemp -d -p {}) && tar -xzpf {} -C \"$d\" {} && mv -T \"$d\"/{} {} && rm -r \"$d\"",
        core::shellQuote(parentOf(target.path)), core::shellQuote(archive), from, from, to));
  }
  return lines;
}

FilesRemoved::FilesRemoved(Environment environment, const core::Json& arguments)
    : environment_(environment), final_(arguments.at("final").get<bool>()) {
  for (const core::Json& each : arguments.at("items")) {
    items_.push_back({each.at("path"), each.at("inode")});
    if (isBesideFile(items_.back().path)) continue;
    throw core::Error(core::Kind::corrupt,
                      fmt::format("{} is nothing that a restore laid beside a file",
                                  core::printable(items_.back().path)),
                      "It is not removed. Look at the journal of the run that names it.");
  }
}

std::string FilesRemoved::title() const {
  if (!final_) return "no unpacked files are left";
  std::vector<std::string> paths;
  for (const Item& item : items_) paths.push_back(item.path);
  return fmt::format("the kept files are gone: {}", core::join(paths, ", "));
}

step::Observation FilesRemoved::observe(const core::Json*) {
  std::vector<std::string> there;
  for (const Item& item : items_) {
    const auto info = environment_.world.files.info(item.path);
    if (!info) continue;
    if (item.inode != 0 && info->inode != item.inode) {
      return step::blocked(check(kRemoved, item.path, core::Outcome::fail,
                                 "another file has this name now", title()));
    }
    there.push_back(item.path);
  }
  return step::observed(
      check(kRemoved, "files beside", there.empty() ? core::Outcome::pass : core::Outcome::fail,
            there.empty() ? "gone" : core::join(there, ", ") + " there", title()));
}

void FilesRemoved::apply(const core::Json&, core::Progress&) {
  ports::Files& files = environment_.world.files;
  for (const Item& item : items_) {
    const auto info = files.info(item.path);
    if (!info || (item.inode != 0 && info->inode != item.inode)) continue;
    if (info->type == ports::FileType::folder) {
      files.removeTree(item.path);
    } else {
      files.remove(item.path);
    }
  }
}

step::Compensation FilesRemoved::compensation(const core::Json&, step::Purpose) {
  return final_ ? step::Compensation::never(pointOfNoReturn()) : step::Compensation::none();
}

std::string FilesRemoved::pointOfNoReturn() const {
  return final_ ? "what only the kept files hold is lost" : "";
}

std::vector<std::string> FilesRemoved::manual() const {
  std::vector<std::string> argv{"rm", "-rf", "--"};
  for (const Item& item : items_) argv.push_back(item.path);
  return {core::shellLine(argv)};
}

}  // namespace restore
