#include <fmt/format.h>

#include <algorithm>

#include "commands/operation.hpp"
#include "lib/checks/report.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/doctor/rights.hpp"

namespace commands {
namespace {

using step::Preview;
using step::Verdict;

std::string verdictText(const Preview& each) {
  const bool bracket = each.shape == step::Shape::bracket;
  switch (each.seen.verdict) {
    case Verdict::satisfied:
      return bracket ? "open already" : "already so";
    case Verdict::needed:
      return bracket ? "open, close after" : "to do";
    case Verdict::blocked:
      return "not possible";
    case Verdict::unknown:
      return "could not determine";
    case Verdict::follows:
      return "to do";
  }
  return "could not determine";
}

std::string planText(const Execution& execution, const std::vector<Preview>& previews) {
  std::string text = execution.introduction;
  text += fmt::format("Plan {}: {}\n", execution.plan.id, execution.plan.title);
  for (const Preview& each : previews) {
    const auto depth = std::count(each.path.begin(), each.path.end(), '.');
    text += fmt::format("  {:<5}{:{}}{} [{}]\n", each.path, "", depth * 2, each.title,
                        verdictText(each));
    if (!each.seen.check.found.empty() && each.seen.verdict != Verdict::follows) {
      text += fmt::format("  {:<5}{:{}}  {}\n", "", "", depth * 2, each.seen.check.found);
    }
    if (!each.point_of_no_return.empty()) {
      text += fmt::format("  {:<5}POINT OF NO RETURN: {}\n", "", each.point_of_no_return);
    }
  }
  return text;
}

core::Json planDocument(const Execution& execution, const std::vector<Preview>& previews) {
  core::Json steps = core::Json::array();
  for (const Preview& each : previews) {
    steps.push_back({{"step", each.path},
                     {"title", each.title},
                     {"verdict", step::verdictName(each.seen.verdict)},
                     {"found", each.seen.check.found},
                     {"wanted", each.seen.check.wanted},
                     {"hint", each.seen.check.hint},
                     {"point_of_no_return", each.point_of_no_return}});
  }
  core::Json document{{"verb", execution.plan.verb},
                      {"instance", execution.plan.instance},
                      {"title", execution.plan.title}};
  document.update(execution.facts);
  document["steps"] = std::move(steps);
  return document;
}

bool holdsAlready(const std::vector<Preview>& previews) {
  return std::all_of(previews.begin(), previews.end(), [](const Preview& each) {
    return each.shape == step::Shape::bracket || each.seen.verdict == Verdict::satisfied;
  });
}

void refuseBlocked(const std::vector<Preview>& previews) {
  for (const Preview& each : previews) {
    if (each.seen.verdict != Verdict::blocked && each.seen.verdict != Verdict::unknown) continue;
    const bool blocked = each.seen.verdict == Verdict::blocked;
    throw core::Error(
        blocked ? core::Kind::refused : core::Kind::undetermined,
        fmt::format("{}: {}: {}", each.title, verdictText(each), each.seen.check.found),
        each.seen.check.hint);
  }
}

/// Before anything is asked or begun: a plan that stops in the middle for want of a right is worse
/// than none.
void refuseMissingRights(Context& context, const Operation& operation, const std::string& verb) {
  for (const core::CheckResult& result :
       doctor::checkRights(context.world(), operation.instance(), verb)) {
    if (result.outcome != core::Outcome::fail) continue;
    throw core::Error(core::Kind::denied, result.subject + ": " + result.found, result.hint);
  }
}

void ask(Context& context, const Operation& operation, const Execution& execution) {
  if (execution.asks == Asks::nothing) return;
  const config::Instance& instance = operation.instance();
  std::string id = execution.plan.verb + ".confirm";
  std::replace(id.begin(), id.end(), ' ', '.');
  ports::Question question{id, "Go ahead?"};
  if (execution.asks == Asks::name && instance.environment == config::Environment::production) {
    question.text = fmt::format("This changes production. Type the instance's name ({}) to go on:",
                                instance.name);
    question.word = instance.name;
  }
  if (!execution.warning.empty()) question.text = execution.warning + "\n" + question.text;
  if (!context.world().prompt.confirm(question)) {
    throw core::Error(core::Kind::refused, "not confirmed; nothing was changed");
  }
}

/// On production a change needs a reason: given, or asked for.
std::string reasonFor(Context& context, const Operation& operation, const Execution& execution) {
  const std::string& given = context.globals().reason;
  const bool wanted = execution.asks == Asks::name &&
                      operation.instance().environment == config::Environment::production;
  if (!given.empty() || !wanted) return given;
  std::string reason;
  try {
    reason = core::trim(context.world().prompt.ask(
        {"reason", "Why is this done? (goes into the journal; --reason TEXT)"}));
  } catch (const core::Error& error) {
    if (error.kind() != core::Kind::refused) throw;  // nobody there to ask
  }
  if (!reason.empty()) return reason;
  throw core::Error(
      core::Kind::refused,
      fmt::format("no reason is given, and instance {} is production", operation.instance().name),
      "Nothing was changed. Say why, with --reason TEXT.");
}

void tell(Context& context, const Execution& execution, const core::Json& document,
          const std::string& text) {
  if (execution.more_follows) {
    context.out().note(text);
  } else {
    context.out().result(document, text);
  }
}

int say(Context& context, const Execution& execution, const step::Run& run) {
  Report report;
  if (execution.report) report = execution.report(run);
  core::Json document = runDocument(run);
  document["changed"] = true;
  document.update(report.document);
  if (!report.checks.empty()) document["checks"] = checks::toJson(report.checks);
  const std::string text = (report.text.empty() ? runLine(run) + "\n" : report.text) +
                           checks::text(report.checks, context.out().settings().color);
  tell(context, execution, document, text);
  context.markChanged();
  return checks::exitStatus(report.checks);
}

}  // namespace

int execute(Context& context, Operation& operation, const Execution& execution) {
  if (!execution.only_show) operation.refuseUnfinished();
  refuseMissingRights(context, operation, execution.plan.verb);
  const std::vector<Preview> previews = operation.engine().preview(execution.plan.steps);
  const std::string text = planText(execution, previews);
  if (holdsAlready(previews)) {
    core::Json document = planDocument(execution, previews);
    document["changed"] = false;
    context.out().result(document, execution.introduction + "Already so: nothing to do.\n");
    return 0;
  }
  if (context.globals().dry_run || execution.only_show) {
    core::Json document = planDocument(execution, previews);
    document["changed"] = false;
    document["would_change"] = true;
    tell(context, execution, document, text);
    refuseBlocked(previews);
    context.markChanged();
    return 0;
  }
  context.out().note(text);
  refuseBlocked(previews);
  ask(context, operation, execution);
  const std::string reason = reasonFor(context, operation, execution);
  step::Plan plan = execution.plan;
  if (!context.globals().accept.empty()) plan.facts["accepted"] = context.globals().accept;
  const step::Run run = operation.engine().run(plan, reason, context.globals().task);
  return say(context, execution, run);
}

}  // namespace commands
