#include "lib/migrations/own_answer.hpp"

#include <fmt/format.h>

#include "lib/core/error.hpp"
#include "lib/migrations/manage.hpp"

namespace migrations {
namespace {

bool isApplied(State state) { return state == State::applied || state == State::squashed; }
bool isOfPlan(State state) { return isApplied(state) || state == State::unapplied; }

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
