#include "lib/restore/files.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/backup/roots.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/restore/file_names.hpp"
#include "lib/restore/unpacked.hpp"

namespace restore {
namespace {

constexpr std::size_t kShown = 8;  // differences in text; JSON has all

class Planner {
 public:
  Planner(const Environment& environment, const backup::StoredSet& set, core::Progress& progress)
      : environment_(environment), set_(set), progress_(progress) {}

  FilesPlan plan(const std::vector<std::string>& parts) {
    if (!parts.empty() || !set_.manifest->secret_key.empty()) {
      roots_ = backup::findRoots(environment_.world, environment_.instance);
    }
    for (const std::string& part : parts) add(part);
    for (const backup::Part& part : set_.manifest->parts) {
      const bool asked = std::find(parts.begin(), parts.end(), part.name) != parts.end();
      if (!asked && !part.archive.empty()) {
        remark("the set holds {} ({}, {}), which is not restored without --with {}", part.name,
               core::plural(static_cast<std::int64_t>(part.files), "file", "files"),
               core::formatBytes(part.bytes), part.name);
      }
    }
    compareSecretKeys();
    return std::move(plan_);
  }

 private:
  template <typename... Values>
  void remark(fmt::format_string<Values...> text, Values&&... values) {
    plan_.remarks.push_back(fmt::format(text, std::forward<Values>(values)...));
  }

  void add(const std::string& name) {
    const backup::Part* part = set_.manifest->part(name);
    if (part == nullptr || part->archive.empty()) {
      throw core::Error(
          core::Kind::not_found,
          fmt::format(
              "set {} holds no {}{}", set_.id, name,
              part == nullptr || part->undetermined.empty() ? "" : ": " + part->undetermined),
          "`sotctl backup show` tells what a set holds; leave the word out of --with.");
    }
    FilesOfPart files;
    files.part = name;
    files.bytes = part->bytes;
    std::vector<backup::Root> roots;
    for (const backup::Part::Root& root : part->roots) {
      const auto path = backup::placeFor(roots_, environment_.instance, name, root.name);
      if (!path) {
        remark("{} of {} is no file of this instance: it is not restored",
               core::printable(root.name), name);
        continue;
      }
      files.targets.push_back({root.name, *path, environment_.world.files.info(*path).has_value()});
      roots.push_back({name, root.name, *path});
    }
    if (part->left_out_count > 0) {
      remark("{} of {} are not in the set, first {}",
             core::plural(static_cast<std::int64_t>(part->left_out_count), "file", "files"), name,
             part->left_out.front());
    }
    files.comparison = backup::compareFiles(environment_.world, set_.folder + "/" + part->archive,
                                            *part, roots, progress_);
    std::erase_if(files.targets,
                  [&](const FileTarget& target) { return isEqual(files.comparison, target.name); });
    remarkOnNewer(name, *part);
    plan_.parts.push_back(std::move(files));
  }

  static bool isEqual(const backup::FilesComparison& comparison, const std::string& name) {
    return comparison.undetermined.empty() &&
           std::none_of(comparison.differences.begin(), comparison.differences.end(),
                        [&](const backup::FileDifference& each) {
                          return each.name == name || each.name.starts_with(name + "/");
                        });
  }

  /// Files of the configuration that came after the set: they stay as they are.
  void remarkOnNewer(const std::string& name, const backup::Part& part) {
    for (const backup::Root& live : roots_.of(name)) {
      const bool in_set =
          std::any_of(part.roots.begin(), part.roots.end(),
                      [&](const backup::Part::Root& root) { return root.name == live.name; });
      if (!in_set && environment_.world.files.info(live.path)) {
        remark("{} is not in the set: it stays as it is", core::printable(live.path));
      }
    }
  }

  void compareSecretKeys() {
    const std::string& of_set = set_.manifest->secret_key;
    if (of_set.empty() || roots_.secret_key.empty() || of_set == roots_.secret_key) return;
    remark(
        "the secret key is another one than when the set was made: sessions, and what was "
        "encrypted with the old one, are of no use with this one");
  }

  const Environment& environment_;
  const backup::StoredSet& set_;
  core::Progress& progress_;
  backup::Roots roots_;
  FilesPlan plan_;
};

std::string kindsInWords(const backup::FilesComparison& comparison) {
  using What = backup::FileDifference::What;
  std::vector<std::string> words;
  for (const What what : {What::added, What::removed, What::changed}) {
    const auto count = std::count_if(comparison.differences.begin(), comparison.differences.end(),
                                     [&](const auto& each) { return each.what == what; });
    if (count > 0) words.push_back(fmt::format("{} {}", count, backup::whatName(what)));
  }
  return core::join(words, ", ");
}

}  // namespace

bool FilesPlan::equal() const {
  return std::all_of(parts.begin(), parts.end(),
                     [](const FilesOfPart& part) { return part.comparison.differences.empty(); });
}

bool FilesPlan::alreadySo() const {
  return std::all_of(parts.begin(), parts.end(),
                     [](const FilesOfPart& part) { return part.comparison.equal(); });
}

FilesPlan planFiles(const Environment& environment, const backup::StoredSet& set,
                    const std::vector<std::string>& parts, core::Progress& progress) {
  return Planner(environment, set, progress).plan(parts);
}

void addFileSteps(std::vector<step::Spec>& steps, const FilesPlan& plan, const std::string& set,
                  const std::string& run) {
  auto stopped = std::find_if(steps.begin(), steps.end(), [](const step::Spec& spec) {
    return spec.kind == "instance.stopped";
  });
  std::vector<step::Spec> unpacked;
  std::vector<step::Spec> exchanged;
  for (const FilesOfPart& part : plan.parts) {
    if (part.comparison.equal() || part.targets.empty()) continue;
    unpacked.push_back(
        {"files.unpacked",
         {{"set", set}, {"run", run}, {"part", part.part}, {"targets", toJson(part.targets)}},
         {}});
    core::Json items = core::Json::array();
    for (const FileTarget& target : part.targets) {
      items.push_back({{"live", target.path},
                       {"incoming", unpackedName(target.path, run)},
                       {"kept", target.present ? keptName(target.path, run) : ""},
                       {"incoming_inode", 0}});
    }
    exchanged.push_back(
        {"files.exchanged", {{"part", part.part}, {"items", std::move(items)}}, {}});
  }
  if (unpacked.empty()) return;
  if (stopped == steps.end()) {
    steps.push_back({"instance.stopped", core::Json::object(), {}});
    stopped = std::prev(steps.end());
  }
  stopped->inner.insert(stopped->inner.end(), exchanged.begin(), exchanged.end());
  steps.insert(stopped, unpacked.begin(), unpacked.end());
}

std::vector<step::Spec> dropKeptFiles(const step::Run& run) {
  std::vector<step::Spec> steps;
  step::forEachStep(run.plan.steps, [&](const step::Path& path, const step::Spec& spec) {
    if (spec.kind != "files.exchanged" || !run.step(path).before.contains("items")) return;
    const core::Json& was = run.step(path).before.at("items");
    core::Json items = core::Json::array();
    for (std::size_t i = 0; i < spec.arguments.at("items").size(); ++i) {
      const std::string kept = spec.arguments.at("items")[i].at("kept");
      if (kept.empty()) continue;
      items.push_back({{"path", kept}, {"inode", was.at(i).at("live_inode")}});
    }
    if (items.empty()) return;
    steps.push_back({"files.removed", {{"items", std::move(items)}, {"final", true}}, {}});
  });
  return steps;
}

std::vector<std::string> keptFiles(const step::Run& run) {
  std::vector<std::string> paths;
  for (const step::Spec& spec : dropKeptFiles(run)) {
    for (const core::Json& item : spec.arguments.at("items")) paths.push_back(item.at("path"));
  }
  return paths;
}

std::string inWords(const FilesPlan& plan) {
  std::string text;
  for (const FilesOfPart& part : plan.parts) {
    const backup::FilesComparison& found = part.comparison;
    if (found.equal()) {
      text += fmt::format("Files of {}: as in the set ({} compared).\n", part.part, found.compared);
      continue;
    }
    text += fmt::format("Files of {} since the set: {}\n", part.part, kindsInWords(found));
    std::size_t shown = 0;
    for (const backup::FileDifference& each : found.differences) {
      if (++shown > kShown) break;
      text += fmt::format("  {} {}{}\n", backup::whatName(each.what), core::printable(each.name),
                          each.how.empty() ? "" : " (" + each.how + ")");
    }
    if (found.differences.size() > kShown) {
      text += fmt::format("  and {} more (-o json has all)\n", found.differences.size() - kShown);
    }
    for (const std::string& each : found.undetermined) {
      text += fmt::format("  could not be compared: {}\n", each);
    }
  }
  for (const std::string& each : plan.remarks) text += fmt::format("Note: {}.\n", each);
  return text;
}

core::Json toJson(const FilesPlan& plan) {
  core::Json parts = core::Json::array();
  for (const FilesOfPart& part : plan.parts) {
    core::Json differences = core::Json::array();
    for (const backup::FileDifference& each : part.comparison.differences) {
      differences.push_back(
          {{"what", backup::whatName(each.what)}, {"file", each.name}, {"how", each.how}});
    }
    parts.push_back({{"part", part.part},
                     {"targets", toJson(part.targets)},
                     {"differences", std::move(differences)},
                     {"not_compared", part.comparison.undetermined}});
  }
  return {{"files", std::move(parts)}, {"files_remarks", plan.remarks}};
}

}  // namespace restore
