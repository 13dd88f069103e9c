#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lib/migrations/tree.hpp"

namespace migrations {

/// A migration in the order in which an empty database would get it.
struct PlanItem {
  Key key;
  bool squash = false;
  bool after_gap = false;  // it is not known what comes before it
};

/// Migrations that one squash file may take the place of.
struct SquashGroup {
  std::string app;
  std::vector<Key> members;
  /// "0014" where no other migration of the application begins with it, else the whole name.
  std::string start;
  std::string end;
  std::vector<std::string> hazards{};

  /// As squashmigrations calls the file: "0014_a_squashed_0019_b".
  std::string name() const;
  /// "manage.py squashmigrations extras 0014 0019".
  std::vector<std::string> call() const;
};

/// What the page's procedure gives: runs of two and more migrations that stand next to each other
/// in the plan and belong to one application. `apps`: those that count, in no order; others are
/// taken out of the plan. A squash among them ends a run unless `nested` (Django 6).
std::vector<SquashGroup> squashRuns(const std::vector<PlanItem>& plan,
                                    const std::set<std::string>& apps, bool nested);

/// The plan of a tree for an empty database, without external applications' migrations.
/// Errors: failed_check if Django could not make one (names the first problem).
std::vector<PlanItem> planOf(const Code& code);

/// Takes out what was not released: all that `released` has not.
void keepReleased(std::vector<PlanItem>& plan, const std::set<Key>& released);

/// A tree without the latest squash file of each of its own applications, so that it can be
/// extended; the files that were left out. A squash whose members are not all there stays.
std::vector<Key> withoutLatestSquashes(Code& code);

/// The fewest groups that the migrations of a graph can be put into, so that no ring comes about:
/// an order of applying them all with the fewest changes between applications.
struct MinimalSquash {
  std::vector<SquashGroup>
      groups;                 // all, single ones too, in an order in which they can be applied
  std::size_t files = 0;      // groups of two and more: squash files
  std::size_t states = 0;     // that were looked at to be sure that fewer is impossible
  bool proven = true;         // that fewer groups are impossible; false: given up before
  bool fewest_files = false;  // as few groups can't do with fewer files; false: not known
};
/// Errors: as planOf.
MinimalSquash minimalSquash(const Code& code, const std::vector<PlanItem>& plan, bool nested);

/// Fills start, end and hazards of the groups. `others`: applications' migrations beside the code
/// that may name members (of plugins).
void judgeGroups(const Code& code, std::vector<SquashGroup>& groups);
/// Fills start and end by what is known of names alone.
void nameEnds(const std::vector<Key>& known, std::vector<SquashGroup>& groups);

}  // namespace migrations
