#include <fmt/format.h>

#include "lib/application/settings.hpp"
#include "lib/cluster/pointing.hpp"
#include "lib/cluster/steps.hpp"
#include "lib/core/digest.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/service/step_file.hpp"

namespace cluster {
namespace {

using core::Outcome;

class Pointed : public step::Step {
 public:
  Pointed(Environment environment, const core::Json& arguments)
      : environment_(environment),
        node_(arguments.at("node").get<std::string>()),
        stamp_(arguments.at("stamp").get<std::string>()),
        accepted_(arguments.at("accepted").get<bool>()) {}

  std::string title() const override {
    const auto& node = environment_.node(node_);
    return fmt::format("the application's configuration names {}:{}", node.address, node.port);
  }

  step::Observation observe(const core::Json*) override {
    const auto& node = environment_.node(node_);
    const auto now = application::readSettings(environment_.world,
                                               application::installationOf(environment_.instance));
    const auto& [name, user, host, port, password] = now.database;
    const std::string words =
        fmt::format("{}:{}", host.value ? core::printable(*host.value) : host.why,
                    port.value ? core::printable(*port.value) : port.why);
    if (host.value == node.address && port.value == std::to_string(node.port)) {
      return step::observed(look(Outcome::pass, words));
    }
    const std::string manager = service::managerOf(environment_.world.files, environment_.instance, file());
    if (!manager.empty() && !accepted_) {
      return step::blocked(look(Outcome::fail, fmt::format("{} belongs to {}", file(), manager),
                                "Make the change there, or go on with --accept managed-file."));
    }
    try {
      changed();
    } catch (const core::Error& error) {
      return step::blocked(look(Outcome::fail, error.what(), error.hint()));
    }
    return step::observed(look(Outcome::fail, words));
  }

  core::Json before() override {
    return {{"digest", core::sha256(environment_.world.files.read(file()))},
            {"copy", file() + "." + stamp_}};
  }

  void apply(const core::Json& before, core::Progress& progress) override {
    const std::string copy = before.at("copy").get<std::string>();
    service::replaceKeeping(environment_.world, file(), changed(), copy);
    progress.say(fmt::format("{}; what {} was is {}", title(), file(), copy));
  }

  /// What the promotion made can't be taken back, and this stands behind it.
  step::Compensation compensation(const core::Json&, step::Purpose) override {
    return step::Compensation::none();
  }
  std::vector<std::string> manual() const override {
    const auto& node = environment_.node(node_);
    return {fmt::format("edit {}: HOST = {}, PORT = {}", file(), node.address, node.port)};
  }

 private:
  const std::string& file() const { return environment_.instance.settings; }
  std::string changed() const {
    const auto& node = environment_.node(node_);
    return pointedAt(environment_.world.files.read(file()),
                     application::installationOf(environment_.instance), node.address, node.port);
  }
  core::CheckResult look(Outcome outcome, const std::string& found,
                         const std::string& hint = {}) const {
    return check("application.pointed", file(), outcome, found, title(), hint);
  }

  Environment environment_;
  std::string node_;
  std::string stamp_;
  bool accepted_;
};

}  // namespace

void registerPointed(step::Registry& registry, const Environment& environment) {
  add<Pointed>(registry, "application.pointed", environment);
}

}  // namespace cluster
