#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lib/checks/item.hpp"

namespace checks {

/// What is wrong with ids and needs of a list, one line each: used twice, unknown (nearest names),
/// in a circle.
std::vector<std::string> wrongOrder(const std::vector<Item>& items);

/// Which item can be asked next, by what others came to. Pure; for one thread at a time.
class Schedule {
 public:
  /// `probes`: whether an item touches the system.
  Schedule(const std::vector<Item>& items, const std::function<bool(const Item&)>& probes);

  /// An item that is not asked: something that it needs failed, could not be determined or was
  /// skipped for such a reason itself; or this is not the active host.
  struct Barred {
    std::size_t at;
    core::Outcome outcome;
    std::string why;
  };
  std::optional<Barred> takeBarred();
  /// The next one whose needs are all well; people are asked last. `full`: only what needs no
  /// thread.
  std::optional<std::size_t> take(bool full);
  void end(std::size_t at, Finished finished);
  /// All, in the order of the list; those that were never asked are left out.
  std::vector<Finished> results() const;

 private:
  enum class State { waiting, taken, ended };
  const Finished* of(const std::string& id) const;
  bool ready(std::size_t at) const;
  bool disturbed(std::size_t at) const;

  const std::vector<Item>& items_;
  std::vector<State> states_;
  std::vector<bool> probes_;
  std::vector<std::optional<Finished>> results_;
};

}  // namespace checks
