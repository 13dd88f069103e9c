#include <fmt/format.h>

#include "lib/cluster/pointing.hpp"
#include "lib/cluster/steps.hpp"
#include "lib/cluster/topology.hpp"
#include "lib/config/hosts.hpp"
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
        host_(arguments.at("host").get<std::string>()),
        node_(arguments.at("node").get<std::string>()),
        stamp_(arguments.at("stamp").get<std::string>()),
        accepted_(arguments.at("accepted").get<bool>()),
        elsewhere_(arguments.at("elsewhere").get<bool>()) {}

  std::string title() const override {
    const auto& node = environment_.node(node_);
    return fmt::format("the application's configuration{} leads to {}:{}",
                       host_.empty() ? "" : " on " + host_, node.address, node.port);
  }

  step::Observation observe(const core::Json*) override {
    const auto& node = environment_.node(node_);
    const ApplicationUse use = lookAtApplication(there(), environment_.instance);
    const std::string words =
        use.why.empty() ? fmt::format("{}:{}", core::printable(use.host), use.port) : use.why;
    if (use.node == node_) return step::observed(look(Outcome::pass, words));
    if (use.finds_primary) {
      return step::observed(look(Outcome::pass, words + ": it finds the primary by itself"));
    }
    if (use.node.empty() && use.why.empty()) {
      if (elsewhere_) return step::observed(look(Outcome::warn, words + ": not ours to change"));
      return step::blocked(
          look(Outcome::fail, words + " is none of the nodes",
               fmt::format("Lead that name or pooler to {}:{} yourself at that moment, and go on "
                           "with --accept application-elsewhere.",
                           node.address, node.port)));
    }
    const std::string manager = service::managerOf(there().files, environment_.instance, file());
    if (!manager.empty() && !accepted_) {
      return step::blocked(look(
          Outcome::fail, fmt::format("{} belongs to {}", file(), manager),
          fmt::format("It would point the application back. Set HOST to {} and PORT to {} there "
                      "at that moment, and go on with --accept managed-file, and with "
                      "--disable-agent where that is Puppet.",
                      node.address, node.port)));
    }
    try {
      changed();
    } catch (const core::Error& error) {
      return step::blocked(look(Outcome::fail, error.what(), error.hint()));
    }
    return step::observed(look(Outcome::fail, words));
  }

  core::Json before() override {
    return {{"digest", core::sha256(there().files.read(file()))}, {"copy", file() + "." + stamp_}};
  }

  void apply(const core::Json& before, core::Progress& progress) override {
    const std::string copy = before.at("copy").get<std::string>();
    service::replaceKeeping(there(), file(), changed(), copy);
    progress.say(fmt::format("{}; what {} was is {}", title(), file(), copy));
  }

  /// What the promotion made can't be taken back, and this stands behind it.
  step::Compensation compensation(const core::Json&, step::Purpose) override {
    return step::Compensation::none();
  }
  std::vector<std::string> manual() const override {
    const auto& node = environment_.node(node_);
    return {fmt::format("edit {}{}: HOST = {}, PORT = {}", file(),
                        host_.empty() ? "" : " on " + host_, node.address, node.port)};
  }

 private:
  ports::World& there() const {
    return config::worldOf(environment_.world, environment_.instance, host_);
  }
  const std::string& file() const { return environment_.instance.settings; }
  std::string changed() const {
    const auto& node = environment_.node(node_);
    return pointedAt(there().files.read(file()), application::installationOf(environment_.instance),
                     node.address, node.port);
  }
  core::CheckResult look(Outcome outcome, const std::string& found,
                         const std::string& hint = {}) const {
    return check("application.pointed", file(), outcome, found, title(), hint);
  }

  Environment environment_;
  std::string host_;  // empty: this one
  std::string node_;
  std::string stamp_;
  bool accepted_;   // the file is changed although somebody else writes it
  bool elsewhere_;  // what is none of the nodes is somebody else's to lead there
};

}  // namespace

void registerPointed(step::Registry& registry, const Environment& environment) {
  add<Pointed>(registry, "application.pointed", environment);
}

}  // namespace cluster
