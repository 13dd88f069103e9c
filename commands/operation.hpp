#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "commands/context.hpp"
#include "lib/service/hold.hpp"
#include "lib/step/engine.hpp"

namespace commands {

/// Everything that a changing verb needs around one instance: all step kinds, the runs of this
/// host, the engine. Made once per command.
class Operation {
 public:
  /// hosts: of files alone, for what must go on while the database server is away.
  enum class Locks { everywhere, hosts };
  Operation(Context& context, const config::Instance& instance, Locks locks = Locks::everywhere);

  step::RunStore& store() { return store_; }
  step::Engine& engine() { return engine_; }
  const config::Instance& instance() const { return instance_; }
  /// Changing verbs call it first, before long looking: with an unfinished run the instance may be
  /// in the middle of something. Errors: locked. A dry run only says so.
  void refuseUnfinished();

 private:
  Context& context_;
  const config::Instance& instance_;
  step::Registry registry_;
  step::RunStore store_;
  step::Engine engine_;
};

/// A host of the instance that is not this one, and where it keeps its runs and holds. Without
/// those that --accept unreachable-host:NAME gives up.
struct OtherPlace {
  std::string host;
  std::string state;
};
std::vector<OtherPlace> otherPlaces(Context& context, const config::Instance& instance);
/// Where the record of a hold is on this host and on those.
service::HoldPlaces holdPlaces(Context& context, const config::Instance& instance);

/// What is asked before a plan is carried out.
enum class Asks {
  nothing,  // adds only
  yes,      // --yes answers
  name,     // on production the instance's name is typed (--confirm NAME), elsewhere yes
};

/// What a command says of a finished run.
struct Report {
  core::Json document = core::Json::object();  // added to the run's own fields
  std::string text;
  /// What was looked at afterwards: shown, and a failed or unknown one decides the exit status.
  std::vector<core::CheckResult> checks{};
};

/// A plan on its way through being shown, asked for, carried out and reported.
struct Execution {
  step::Plan plan;
  Asks asks = Asks::yes;
  std::string introduction{};  // shown before the steps: what was found, what would be lost
  core::Json facts = core::Json::object();  // the same for -o json
  std::string warning{};                    // stands before the question
  bool only_show = false;                   // as with --dry-run
  bool more_follows = false;  // another plan comes next: what came of this one is only a note
  std::function<Report(const step::Run&)> report{};
};

/// Shows the plan, asks, carries it out, reports; gives the exit status. With --dry-run it stops
/// after showing. A plan whose steps all hold already is "already so" and makes no run.
/// Errors: as Engine::run, refused (blocked, declined, nobody to ask), undetermined.
int execute(Context& context, Operation& operation, const Execution& execution);

/// A finished or unfinished run as JSON, and as lines for a person.
core::Json runDocument(const step::Run& run);
std::string runLine(const step::Run& run);

}  // namespace commands
