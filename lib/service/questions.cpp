#include "lib/service/questions.hpp"

#include "lib/hosts/fold.hpp"
#include "lib/service/services.hpp"
#include "lib/service/side_by_side.hpp"

namespace service {

void registerQuestions(checks::Kinds& kinds, ports::World& world,
                       const config::Instance& instance) {
  addHttp(kinds, world);
  addStores(kinds, world, instance);
  addWorkers(kinds, world, instance);
  addProcesses(kinds, world, instance);
}

core::CheckResult askOnEachHost(
    ports::World& world, const config::Instance& instance, const std::string& service,
    const std::function<core::CheckResult(const config::ServiceSettings&)>& ask) {
  const auto all = Services(world, instance).allNamed(service);
  std::vector<core::CheckResult> results(all.size());
  const auto errors =
      sideBySide(world, instance, all, {}, [&](std::size_t at) { results[at] = ask(*all[at]); });
  if (all.size() == 1) {
    if (errors.front()) std::rethrow_exception(errors.front());
    return results.front();
  }
  core::CheckResult folded{{}, "service " + service, core::Outcome::pass, {}, {}, {}};
  std::vector<std::pair<std::string, std::string>> said;
  for (std::size_t at = 0; at < all.size(); ++at) {
    if (errors[at]) results[at] = {{}, {}, core::Outcome::unknown, inWords(errors[at]), {}, {}};
    folded.outcome = core::worse(folded.outcome, results[at].outcome);
    if (folded.wanted.empty()) folded.wanted = results[at].wanted;
    said.emplace_back(all[at]->host, results[at].found);
  }
  folded.found = hosts::fold(said);
  return folded;
}

std::vector<core::CheckResult> askConfigured(ports::World& world,
                                             const config::Instance& instance) {
  if (instance.checks.empty()) return {};
  checks::Kinds kinds;
  registerQuestions(kinds, world, instance);
  std::vector<core::CheckResult> results;
  for (const auto& each : instance.checks) {
    results.push_back(kinds.ask("check." + each.name, each.kind, core::Json(each.arguments)));
  }
  return results;
}

}  // namespace service
