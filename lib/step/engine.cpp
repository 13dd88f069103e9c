#include "lib/step/engine.hpp"

#include <fmt/format.h>

#include "lib/core/error.hpp"
#include "lib/step/under_way.hpp"

namespace step {
namespace {

std::string waysOn(const std::string& id) {
  return fmt::format(
      "`sotctl run resume {0}` continues, `sotctl run abort {0}` takes it back, `sotctl run show "
      "{0} --manual` prints both as plain commands.",
      id);
}

/// Past the point of no return.
std::string onlyForward(const std::string& id) {
  return fmt::format(
      "It is past its point of no return: `sotctl run resume {0}` continues, `sotctl run show {0} "
      "--manual` prints what is left as plain commands.",
      id);
}

/// Once taking back was begun there is one direction alone.
std::string wayBack(const std::string& id) {
  return fmt::format(
      "Remove the cause, then `sotctl run abort {0}` goes on taking it back; `sotctl run show {0} "
      "--manual` prints what is left of that as plain commands.",
      id);
}

/// The verb under which an undo is listed: "restore run" is taken back by "restore undo".
std::string undoVerb(const std::string& verb) {
  const std::string noun = verb.substr(0, verb.find(' '));
  return noun == "restore" ? "restore undo" : "run undo";
}

}  // namespace

std::vector<Preview> Engine::preview(const std::vector<Spec>& steps) {
  std::vector<Preview> previews;
  forEachStep(steps, [&](const Path& path, const Spec& spec) {
    const std::unique_ptr<Step> step = parts_.registry.make(spec);
    Preview preview{path, step->title(), step->shape(), {}, step->pointOfNoReturn()};
    try {
      preview.seen = step->observe(nullptr);
    } catch (const core::Error& error) {
      if (error.kind() == core::Kind::interrupted) throw;
      preview.seen = {
          Verdict::unknown,
          {spec.kind, step->title(), core::Outcome::unknown, error.what(), {}, error.hint()}};
    }
    previews.push_back(std::move(preview));
  });
  return previews;
}

Run Engine::run(const Plan& plan, const std::string& reason, const std::string& task) {
  Hold hold(parts_.world, parts_.store, parts_.scope, plan.id);
  Journal journal = parts_.store.create(plan, parts_.version, reason, task);
  setUnderWay(true);
  hold.copy(journal);
  hold.mark(readRun(journal.read()));
  journal.add("attempt", {{"mode", "run"}, {"version", parts_.version}});
  return carryOn(std::move(journal), hold);
}

Run Engine::resume(const Run& run) {
  if (run.outcome != RunOutcome::unfinished) return run;
  refuseForeigner(run);
  Hold hold(parts_.world, parts_.store, parts_.scope, run.plan.id);
  Journal journal = parts_.store.journal(run.plan.id);
  setUnderWay(true);
  hold.copy(journal);
  hold.mark(run);
  if (run.aborting) return takeBack(std::move(journal), hold);
  journal.add("attempt", {{"mode", "resume"}, {"version", parts_.version}});
  return carryOn(std::move(journal), hold);
}

Run Engine::abort(const Run& run) {
  if (run.outcome == RunOutcome::aborted) return run;
  if (run.outcome != RunOutcome::unfinished) {
    throw core::Error(core::Kind::refused,
                      fmt::format("run {} has ended: {}", run.plan.id, outcomeName(run.outcome)),
                      fmt::format("`sotctl run undo {}` takes a finished run back.", run.plan.id));
  }
  refuseForeigner(run);
  compensatingNodes(parts_.registry, run, Purpose::abort);  // refuses before anything is touched
  Hold hold(parts_.world, parts_.store, parts_.scope, run.plan.id);
  Journal journal = parts_.store.journal(run.plan.id);
  setUnderWay(true);
  hold.copy(journal);
  hold.mark(run);
  return takeBack(std::move(journal), hold);
}

Runner::Parts Engine::runnerParts(Journal& journal, Hold& hold) {
  return {parts_.world, parts_.registry, journal, parts_.progress, [&hold] { hold.check(); }};
}

Run Engine::carryOn(Journal journal, Hold& hold) {
  const Run run = readRun(journal.read());
  Runner::Parts parts = runnerParts(journal, hold);
  parts.taken_back = [&] { return takesBack(readRun(journal.read())); };
  try {
    Runner(std::move(parts), run, false).carryOut(planNodes(parts_.registry, run.plan.steps));
  } catch (const core::Error& error) {
    fail(std::move(journal), hold, error);
  }
  return end(journal, hold, "done");
}

Run Engine::takeBack(Journal journal, Hold& hold) {
  journal.add("attempt", {{"mode", "abort"}, {"version", parts_.version}});
  const Run run = readRun(journal.read());
  try {
    Runner(runnerParts(journal, hold), run, true)
        .carryOut(compensatingNodes(parts_.registry, run, Purpose::abort));
  } catch (const core::Error& error) {
    journal.add("failed", {{"kind", core::kindName(error.kind())}, {"message", error.what()}});
    throw core::Error(core::Kind::incomplete,
                      fmt::format("run {} could not be taken back: {}", run.plan.id, error.what()),
                      error.hint() + (error.hint().empty() ? "" : " ") + wayBack(run.plan.id));
  }
  return end(journal, hold, "aborted");
}

void Engine::fail(Journal journal, Hold& hold, const core::Error& error) {
  journal.add("failed", {{"kind", core::kindName(error.kind())}, {"message", error.what()}});
  const Run run = readRun(journal.read());
  if (!run.touched()) {
    end(journal, hold, "failed_unchanged");
    throw error;
  }
  if (!takesBack(run)) {
    const std::string ways =
        run.plan.abort_on_failure ? onlyForward(run.plan.id) : waysOn(run.plan.id);
    throw core::Error(core::Kind::incomplete,
                      fmt::format("run {} is not complete: {}", run.plan.id, error.what()),
                      error.hint() + (error.hint().empty() ? "" : " ") + ways);
  }
  parts_.world.cancellation.reset();  // heard; a second interrupt ends the process at once
  parts_.progress.say(fmt::format("failed: {}", error.what()));
  parts_.progress.say("taking everything back");
  takeBack(std::move(journal), hold);
  const core::Kind kind =
      error.kind() == core::Kind::incomplete ? core::Kind::unexpected : error.kind();
  throw core::Error(
      kind, fmt::format("{}; everything was taken back (run {})", error.what(), run.plan.id),
      error.hint());
}

bool Engine::takesBack(const Run& run) const {
  if (!run.plan.abort_on_failure) return false;
  try {
    compensatingNodes(parts_.registry, run, Purpose::abort);
    return true;
  } catch (const core::Error& error) {
    if (error.kind() != core::Kind::refused) throw;
    return false;
  }
}

Run Engine::end(Journal& journal, Hold& hold, const char* outcome) {
  journal.add("end", {{"outcome", outcome}});
  Run run = readRun(journal.read());
  setUnderWay(false);
  hold.unmark();
  return run;
}

void Engine::refuseForeigner(const Run& run) const {
  if (run.person == parts_.world.caller.person) return;
  throw core::Error(
      core::Kind::locked, fmt::format("run {} belongs to {}", run.plan.id, run.person),
      fmt::format("`sotctl run take {}` makes it yours; both names are recorded.", run.plan.id));
}

Plan Engine::undoPlan(const Run& run) const {
  if (run.outcome != RunOutcome::done) {
    throw core::Error(
        core::Kind::refused,
        fmt::format("run {} can't be undone: it is {}", run.plan.id, outcomeName(run.outcome)),
        run.outcome == RunOutcome::unfinished ? waysOn(run.plan.id) : std::string());
  }
  Plan plan;
  plan.steps = specsOf(compensatingNodes(parts_.registry, run, Purpose::undo));
  if (plan.steps.empty()) {
    throw core::Error(core::Kind::refused,
                      fmt::format("run {} ({}) has nothing to undo", run.plan.id, run.plan.verb));
  }
  plan.id = parts_.store.newId();
  plan.verb = undoVerb(run.plan.verb);
  plan.instance = run.plan.instance;
  plan.title = fmt::format("take back run {} ({})", run.plan.id, run.plan.title);
  plan.abort_on_failure = true;
  plan.facts = run.plan.facts;
  plan.undoes = run.plan.id;
  return plan;
}

}  // namespace step
