#include "lib/backup/pruned.hpp"

#include <fmt/format.h>

#include "lib/backup/store.hpp"
#include "lib/core/error.hpp"
#include "lib/core/json.hpp"
#include "lib/core/text.hpp"

namespace backup {
namespace {

constexpr const char* kKind = "backup.pruned";

/// The id within the name of a set or of what is left of one.
std::string idWithin(const std::string& name) {
  for (const std::string_view prefix : {kPartial, kRemoving}) {
    if (name.starts_with(prefix)) return name.substr(prefix.size());
  }
  return name;
}

class Pruned : public step::Step {
 public:
  Pruned(ports::World& world, const core::Json& arguments)
      : world_(world),
        place_(arguments.at("folder")),
        name_(arguments.at("name")),
        newest_(arguments.at("newest")) {
    // Folders are removed by these names.
    const bool right = isSetId(idWithin(name_)) && place_.starts_with('/') && place_.size() > 1 &&
                       (newest_.empty() || isSetId(newest_));
    if (right) return;
    throw core::Error(core::Kind::corrupt,
                      fmt::format("no backup set's name and folder: {} in {}",
                                  core::printable(name_), core::printable(place_)));
  }

  std::string title() const override { return fmt::format("nothing is left of {}", folder()); }

  step::Observation observe(const core::Json*) override {
    if (!world_.files.info(folder())) {
      const bool removing = world_.files.info(removingFolder()).has_value();
      return step::observed(removing ? check(core::Outcome::fail, removingFolder() + " is there")
                                     : check(core::Outcome::pass, "nothing left"));
    }
    if (const std::string reason = reasonToStay(); !reason.empty()) {
      return step::observed(check(core::Outcome::warn, "stays: " + reason));
    }
    return step::observed(check(core::Outcome::fail, "is there"));
  }

  void apply(const core::Json&, core::Progress& progress) override {
    // First out of the list in one move: a removal that is cut short must not leave half a set.
    if (world_.files.info(folder()) && folder() != removingFolder()) {
      world_.files.removeTree(removingFolder());
      world_.files.rename(folder(), removingFolder());
    }
    world_.files.removeTree(removingFolder());
    progress.say("removed " + folder());
  }

  step::Compensation compensation(const core::Json&, step::Purpose) override {
    return step::Compensation::never(pointOfNoReturn());
  }

  std::string pointOfNoReturn() const override {
    return "a removed backup set can't be brought back";
  }

  std::vector<std::string> manual() const override {
    return {core::shellLine({"rm", "-rf", folder(), removingFolder()})};
  }

 private:
  std::string folder() const { return place_ + "/" + name_; }
  std::string removingFolder() const {
    return place_ + "/" + std::string(kRemoving) + idWithin(name_);
  }

  /// The world may have changed since the plan was made.
  std::string reasonToStay() {
    if (!isSetId(name_)) return {};  // what is left of one
    if (const auto pin = readPin(world_, folder())) return "pinned " + pin->inWords();
    if (newest_.empty()) return {};
    const StoredSet newest = lookAt(world_, place_ + "/" + newest_);
    if (newest.good()) return {};
    return fmt::format("set {}, the newest good one, is not good any more: {}", newest_,
                       newest.broken);
  }

  core::CheckResult check(core::Outcome outcome, std::string found) const {
    return {kKind, "backup set " + name_, outcome, std::move(found), "nothing left", {}};
  }

  ports::World& world_;
  std::string place_;
  std::string name_;
  std::string newest_;
};

}  // namespace

void registerPruned(step::Registry& registry, ports::World& world) {
  registry.add(kKind, [&world](const core::Json& arguments) -> std::unique_ptr<step::Step> {
    return std::make_unique<Pruned>(world, arguments);
  });
}

step::Spec prunedStep(const std::string& folder, const std::string& name,
                      const std::string& newest) {
  return {kKind, {{"folder", folder}, {"name", name}, {"newest", newest}}, {}};
}

}  // namespace backup
