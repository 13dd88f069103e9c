#include "lib/backup/pinned.hpp"

#include <fmt/format.h>

#include "lib/backup/set_id.hpp"
#include "lib/core/error.hpp"
#include "lib/core/json.hpp"
#include "lib/core/text.hpp"

namespace backup {
namespace {

constexpr const char* kKind = "backup.pinned";

class Pinned : public step::Step {
 public:
  Pinned(ports::World& world, const core::Json& arguments)
      : world_(world), place_(arguments.at("folder")), set_(arguments.at("set")) {
    if (!arguments.at("pin").is_null()) pin_ = pinFromJson(arguments.at("pin"));
    if (isSetId(set_) && place_.starts_with('/')) return;
    throw core::Error(core::Kind::corrupt,
                      fmt::format("no backup set's name and folder: {} in {}",
                                  core::printable(set_), core::printable(place_)));
  }

  std::string title() const override {
    return fmt::format("set {} is {}", set_, pin_ ? "pinned" : "not pinned");
  }

  step::Observation observe(const core::Json*) override {
    if (!world_.files.info(folder())) {
      return step::blocked(check(core::Outcome::fail, folder() + " is not there"));
    }
    const auto there = readPin(world_, folder());
    const bool holds = there.has_value() == pin_.has_value();
    return step::observed(check(holds ? core::Outcome::pass : core::Outcome::fail,
                                there ? "pinned " + there->inWords() : "not pinned"));
  }

  core::Json before() override {
    const auto there = readPin(world_, folder());
    return {{"pin", there ? toJson(*there) : core::Json(nullptr)}};
  }

  void apply(const core::Json&, core::Progress&) override {
    if (pin_) {
      writePin(world_, folder(), *pin_);
    } else {
      removePin(world_, folder());
    }
  }

  step::Compensation compensation(const core::Json& before, step::Purpose) override {
    return step::Compensation::by(
        {kKind, {{"folder", place_}, {"set", set_}, {"pin", before.at("pin")}}, {}});
  }

  std::vector<std::string> manual() const override {
    const std::string path = core::shellQuote(folder() + "/" + kPinFile);
    if (!pin_) return {"rm -f " + path};
    return {fmt::format("install -m 600 /dev/null {}", path)};
  }

 private:
  std::string folder() const { return place_ + "/" + set_; }
  core::CheckResult check(core::Outcome outcome, std::string found) const {
    return {kKind, "backup set " + set_, outcome, std::move(found), title(), {}};
  }

  ports::World& world_;
  std::string place_;
  std::string set_;
  std::optional<Pin> pin_;
};

}  // namespace

void registerPinned(step::Registry& registry, ports::World& world) {
  registry.add(kKind, [&world](const core::Json& arguments) -> std::unique_ptr<step::Step> {
    return std::make_unique<Pinned>(world, arguments);
  });
}

step::Spec pinnedStep(const std::string& folder, const std::string& set,
                      const std::optional<Pin>& pin) {
  return {kKind,
          {{"folder", folder}, {"set", set}, {"pin", pin ? toJson(*pin) : core::Json(nullptr)}},
          {}};
}

}  // namespace backup
