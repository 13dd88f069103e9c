#pragma once

#include <functional>
#include <string>
#include <vector>

#include "lib/step/step.hpp"

namespace step {

/// Ordered steps with what they are for. Made before anything is asked; the journal's first record
/// holds all of it.
struct Plan {
  std::string id;        // of the run; names of temporary things contain it
  std::string verb;      // "restore run"
  std::string instance;  // as configured
  std::string title;     // "restore set 2026… into database netbox"
  std::vector<Spec> steps;
  /// Whether a failure takes everything back by itself (where no point of no return was passed).
  bool abort_on_failure = false;
  /// Facts of the domain that the report shows and a later verb needs ("set", "kept_database").
  core::Json facts = core::Json::object();
  /// The run that this one takes back, if it is an undo.
  std::string undoes{};
};

/// Where a step stands in the tree: "2", or "3.1" for the first inner step of bracket 3. Stable for
/// one plan; journal records name steps by it.
using Path = std::string;

/// Calls `visit` for each step of the tree, brackets before their inner steps.
void forEachStep(const std::vector<Spec>& steps,
                 const std::function<void(const Path&, const Spec&)>& visit);
Path innerPath(const Path& bracket, std::size_t index);

core::Json toJson(const Spec& spec);
core::Json toJson(const Plan& plan);
/// Throw core::Json::exception for a wrong shape.
Spec specFromJson(const core::Json& json);
Plan planFromJson(const core::Json& json);

}  // namespace step
