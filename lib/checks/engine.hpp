#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lib/checks/item.hpp"
#include "lib/ports/limited.hpp"
#include "lib/ports/world.hpp"

namespace checks {

/// Fills a registry whose questions use `world`, and nothing that is not made for several threads.
using Register = std::function<void(Kinds& kinds, ports::World& world)>;

/// How a list of items is asked.
struct Asking {
  bool probes = false;  // may touch the system
  std::string why_no_probes = "it touches the system, and this run only reads";
  std::size_t at_once = 256;
  /// The newest start of one of the instance's services: what Item::grace counts from.
  std::optional<core::Time> started{};
  /// Results of an earlier attempt that stand: answers of people.
  std::map<std::string, Finished> kept{};
  /// Asks a person; gives what became of it. In one thread, one after the other. Null: nobody is
  /// there.
  std::function<core::CheckResult(const Item&)> person{};
  /// Called after each item, in one thread at a time.
  std::function<void(const Finished&)> finished{};
};

/// Asks items: those that need nothing from each other side by side, each in ports of its own that
/// end with its time limit and, for a kind that only reads, can't change anything.
class Engine {
 public:
  Engine(ports::World& world, Register fill);

  /// Errors: configuration, with everything that is wrong: unknown kinds, arguments, ids of needed
  /// items (nearest names), ids used twice, needs in a circle, checks that would assert nothing, a
  /// list without any check.
  void examine(const std::vector<Item>& items) const;
  /// Whether one of the items touches the system.
  bool probes(const std::vector<Item>& items) const;

  /// In the order of `items`. Errors: interrupted.
  std::vector<Finished> run(const std::vector<Item>& items, const Asking& asking) const;

 private:
  Finished ask(const Item& item, const Asking& asking) const;

  ports::World& world_;
  Register fill_;
  Kinds kinds_;  // of the real world: for names and arguments
  std::shared_ptr<ports::Gate> gate_;
};

/// Those that have one of `only` (all, if that is empty) and none of `without`. An item that one of
/// them needs comes along. Errors: usage for a tag that no item has (nearest names), or if nothing
/// is left.
std::vector<Item> select(const std::vector<Item>& items, const std::vector<std::string>& only,
                         const std::vector<std::string>& without);

}  // namespace checks
