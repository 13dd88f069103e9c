#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lib/migrations/documented_stops.hpp"
#include "lib/migrations/facts.hpp"
#include "lib/migrations/fit.hpp"
#include "lib/migrations/requirements.hpp"

namespace migrations {

/// What goes wrong without Django's refusing it beforehand.
struct Hazard {
  enum class Kind { squash_on_live_data, runs_twice, left_over_name, requirement };
  Kind kind = Kind::squash_on_live_data;
  Key node{};  // empty for a requirement
  std::string words;
};
const char* hazardName(Hazard::Kind kind);

/// `migrate` of one code on one database, foretold.
struct Hop {
  std::string from;  // "3.6.7", "database netbox"
  std::string to;    // "4.0.1", "/opt/netbox"
  bool works = false;
  std::vector<Key> pending{};
  std::vector<Problem> problems{};
  std::vector<Hazard> hazards{};
  std::vector<Key> newer{};            // rows that the code doesn't know: no upgrade
  std::string needs{};                 // of the target release: "Python 3.10 to 3.12, …"
  std::vector<std::string> reasons{};  // what could not be determined
};

/// Whether and how a database comes from one release to another.
struct PathVerdict {
  enum class Outcome { nothing_to_do, works, with_stops, fails, database_newer };
  Outcome outcome = Outcome::fails;
  Hop direct;
  std::vector<Hop> hops{};  // with stops: all of them, the last one to the target
  /// What the upgrade documentation asks for beside it.
  std::vector<DocumentedStop> documented{};
};
const char* outcomeName(PathVerdict::Outcome outcome);

/// Where a path begins.
struct Start {
  std::string name;                  // "3.6.7", "database netbox", "dump /x"
  std::set<Key> rows;                // what is applied
  std::optional<Applied> applied{};  // where the rows are real ones
  Surroundings surroundings{};
};

/// What a database has applied that was brought to this code: all its migrations, and what its
/// squashes replace.
std::set<Key> rowsOf(const Code& code);
/// What it has afterwards, if `migrate` goes well.
std::set<Key> rowsAfter(const std::set<Key>& rows, const Code& code, const Loaded& loaded);

/// One hop alone.
Hop judgeHop(const Start& start, const Code& code);

/// The shortest list of stops over all releases between; of equally short ones that with the newest
/// stops. Pure.
PathVerdict findPath(const Start& start, const Code& target);

/// The releases whose migrations are just those that are applied, "3.6.0 to 3.6.7"; empty if there
/// is none (a development state, or a database between two).
std::string releaseOfRows(const Facts& facts, const std::set<Key>& rows);

}  // namespace migrations
