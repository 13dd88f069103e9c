#include "lib/migrations/own_answer.hpp"

#include <fmt/format.h>

#include "lib/application/installation.hpp"
#include "lib/application/interpreter.hpp"
#include "lib/config/trust.hpp"
#include "lib/core/error.hpp"

namespace migrations {
namespace {

bool isApplied(State state) { return state == State::applied || state == State::squashed; }
bool isOfPlan(State state) { return isApplied(state) || state == State::unapplied; }

/// How the installation's own commands are called.
std::vector<std::string> managing(const config::Instance& instance) {
  if (instance.product == config::Product::netbox) {
    return {instance.interpreter, "-B", instance.root + "/netbox/manage.py"};
  }
  const std::string folder = instance.interpreter.substr(0, instance.interpreter.rfind('/'));
  return {instance.interpreter, "-B", folder + "/nautobot-server", "--config", instance.settings};
}

}  // namespace

OwnAnswer compareShown(const Shown& shown, const Inventory& inventory) {
  OwnAnswer answer{true, {}, {}};
  std::vector<Key> order;
  for (const ShownLine& line : shown.lines) {
    order.push_back(line.key);
    const InventoryLine* own = inventory.find(line.key);
    if (own == nullptr || !isOfPlan(own->state)) {
      answer.differences.push_back(line.key.inWords() + " is only in showmigrations");
      continue;
    }
    const bool applied =
        line.mark == ShownLine::Mark::applied || line.mark == ShownLine::Mark::to_be_recorded;
    if (applied != isApplied(own->state)) {
      answer.differences.push_back(
          fmt::format("{} is {} for showmigrations, here {}", line.key.inWords(),
                      applied ? "applied" : "unapplied", stateName(own->state)));
    }
  }
  std::vector<Key> own_order;
  const std::set<Key> known(order.begin(), order.end());
  for (const InventoryLine& line : inventory.lines) {
    if (!isOfPlan(line.state)) continue;
    own_order.push_back(line.key);
    if (!shown.cut && !known.contains(line.key)) {
      answer.differences.push_back(line.key.inWords() + " is not in showmigrations");
    }
  }
  if (shown.plan && answer.differences.empty() && order != own_order) {
    answer.differences.emplace_back("the order of the plan is another one");
  }
  return answer;
}

ports::Outcome askManage(ports::World& world, const config::Instance& instance,
                         const std::vector<std::string>& arguments) {
  using namespace std::chrono_literals;
  // Asking for the settings proves that running its code is safe, and says as whom.
  const auto settings = application::askInterpreter(world, application::installationOf(instance));
  ports::Command command{.argv = managing(instance), .limit = 120s, .mutates = false};
  if (settings.account != world.caller.account) command.user = settings.account;
  unsigned uid = world.caller.uid;
  if (const auto info = world.files.info(instance.settings);
      info && info->owner_name == settings.account) {
    uid = info->owner;
  }
  const auto real = world.files.resolve(command.argv[2]);
  if (!real) throw core::Error(core::Kind::not_found, command.argv[2] + " does not exist");
  if (const auto reason = config::distrust(world.files, *real, uid)) {
    throw core::Error(core::Kind::refused, "it is not safe to run it: " + *reason);
  }
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  return world.shell.run(command);
}

OwnAnswer askInstallation(ports::World& world, const config::Instance& instance,
                          const Inventory& inventory) {
  OwnAnswer answer;
  try {
    const auto outcome = askManage(world, instance, {"showmigrations", "--plan"});
    if (!outcome.ok()) throw core::Error(core::Kind::undetermined, outcome.inWords());
    return compareShown(readShown(outcome.out, "showmigrations"), inventory);
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    answer.why = error.what();
  }
  return answer;
}

}  // namespace migrations
