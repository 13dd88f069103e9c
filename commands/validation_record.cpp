#include "commands/validation_record.hpp"

#include <fmt/format.h>

#include "commands/trusted.hpp"
#include "lib/checks/sheet.hpp"
#include "lib/core/error.hpp"
#include "lib/core/version.hpp"

namespace commands {

Record::Record(Context& context, const config::Instance& instance,
               const runbook::Runbook& checklist, const core::Json& facts)
    : context_(context) {
  if (!checklist.record || context.globals().dry_run) return;
  step::RunStore store(context.world(), context.stateFolder());
  step::Plan plan;
  plan.verb = "validate";
  plan.instance = instance.name;
  plan.title = checklist.title;
  plan.facts = facts;
  try {
    requireTrustedRuns(context);
    plan.id = store.newId();
    journal_.emplace(
        store.create(plan, core::version(), context.globals().reason, context.globals().task));
    journal_->add("attempt", {{"mode", "run"}, {"version", core::version()}});
    id_ = plan.id;
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    journal_.reset();
    context.out().warn(fmt::format("not recorded: {}", error.what()));
  }
}

Record::Record(Context& context, const step::Run& run) : context_(context), id_(run.plan.id) {
  requireTrustedRuns(context, run.plan.id);
  journal_.emplace(step::RunStore(context.world(), context.stateFolder()).journal(id_));
  journal_->add("attempt", {{"mode", "resume"}, {"version", core::version()}});
}

void Record::add(const checks::Finished& finished) {
  if (journal_) journal_->add("check", {{"result", checks::toJson(finished)}});
}

void Record::end() {
  if (journal_) journal_->add("end", {{"outcome", "done"}});
}

step::Run recordedRun(Context& context, const std::string& id) {
  const step::RunStore store(context.world(), context.stateFolder());
  const auto is = [](const step::Run& run) { return run.plan.facts.contains("checklist"); };
  if (id.empty()) {
    for (const step::StoredRun& each : store.list()) {
      if (each.run && is(*each.run) && each.run->outcome == step::RunOutcome::unfinished) {
        return *each.run;
      }
    }
    throw core::Error(core::Kind::not_found, "no validation is unfinished",
                      "`sotctl run list` shows all runs of this host.");
  }
  step::Run run = store.find(id);
  if (!is(run)) {
    throw core::Error(core::Kind::refused,
                      fmt::format("run {} is no validation but {}", run.plan.id, run.plan.verb),
                      "`sotctl run list` shows which runs are.");
  }
  return run;
}

std::map<std::string, checks::Finished> recorded(Context& context, const step::Run& run) {
  std::map<std::string, checks::Finished> all;
  const step::RunStore store(context.world(), context.stateFolder());
  for (const core::Json& record : store.journal(run.plan.id).read()) {
    if (record.at("type") != "check") continue;
    checks::Finished finished = checks::finishedFromJson(record.at("result"));
    all[finished.item.id] = std::move(finished);
  }
  return all;
}

}  // namespace commands
