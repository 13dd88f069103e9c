#include "lib/cluster/plans.hpp"

#include <algorithm>

#include "lib/service/services.hpp"
#include "lib/service/steps.hpp"

namespace cluster {
namespace {

constexpr auto kLimit = std::chrono::seconds(60);
constexpr auto kSettle = std::chrono::seconds(2);

bool usesDatabase(const config::ServiceSettings& service) {
  return service.role != config::ServiceRole::database &&
         service.role != config::ServiceRole::redis && service.role != config::ServiceRole::web;
}

/// Those that run now, in start order. After a loss what can't be seen is left alone: its host may
/// be the lost one. Errors: as Services::running().
std::vector<std::string> users(ports::World& world, const config::Instance& instance, bool lost) {
  service::Services services(world, instance);
  std::vector<const config::ServiceSettings*> all;
  for (const auto& service : instance.services) {
    if (usesDatabase(service)) all.push_back(&service);
  }
  if (!lost) services.running();  // throws where one of them can't be seen
  const auto states = services.observeAll(all);
  std::vector<std::string> names;
  for (std::size_t at = 0; at < all.size(); ++at) {
    if (states[at].running == service::Running::yes) names.push_back(all[at]->name);
  }
  return names;
}

bool anyWorker(const config::Instance& instance, const std::vector<std::string>& names) {
  return std::any_of(instance.services.begin(), instance.services.end(), [&](const auto& service) {
    return service.role == config::ServiceRole::worker &&
           std::find(names.begin(), names.end(), service.name) != names.end();
  });
}

/// Everything that happens while nothing uses the database, between its stop and its start.
std::vector<step::Spec> whileStopped(const config::Instance& instance, const Switch& wanted,
                                     std::vector<step::Spec> steps) {
  std::vector<std::string> slots;
  for (const auto& node : instance.nodes) {
    if (node.name != wanted.to && !node.slot.empty()) slots.push_back(node.slot);
  }
  steps.push_back({"node.prepared", {{"node", wanted.to}, {"slots", slots}, {"commits", true}}});
  if (instance.settings.empty()) return steps;
  for (const std::string& host : applicationHosts(instance)) {
    steps.push_back({"application.pointed",
                     {{"host", host},
                      {"node", wanted.to},
                      {"stamp", wanted.stamp},
                      {"accepted", wanted.managed_accepted},
                      {"elsewhere", wanted.elsewhere_accepted}}});
  }
  return steps;
}

/// The restart of what uses the database, with `inner` while it is stopped; `before` stands right
/// before the stop, and `after` between the start and its proof.
std::vector<step::Spec> around(service::Restart restart, const std::vector<step::Spec>& before,
                               std::vector<step::Spec> inner,
                               const std::vector<step::Spec>& after) {
  std::vector<step::Spec> steps;
  if (restart.users.empty()) {
    steps = before;
    steps.insert(steps.end(), inner.begin(), inner.end());
    steps.insert(steps.end(), after.begin(), after.end());
    return steps;
  }
  restart.files = std::move(inner);
  steps = service::restartSteps(restart);
  steps.insert(steps.end() - 1, after.begin(), after.end());
  const auto stop = std::find_if(steps.begin(), steps.end(), [](const step::Spec& step) {
    return step.kind == "services.stopped";
  });
  steps.insert(stop, before.begin(), before.end());
  return steps;
}

service::Restart restartOf(ports::World& world, const config::Instance& instance,
                           const Switch& wanted, bool lost) {
  service::Restart restart;
  restart.run = wanted.stamp;
  restart.users = users(world, instance, lost);
  restart.drain =
      lost || !anyWorker(instance, restart.users) ? core::Duration::zero() : wanted.drain;
  restart.settle = kSettle;
  restart.limit = kLimit;
  restart.looks_idle = !lost;
  restart.busy_accepted = wanted.busy_accepted;
  restart.before = service::beforeRestart(world, instance, restart.users);
  // After a loss they complain until they are stopped: only what they say since their start counts.
  if (lost) restart.before.places.clear();
  return restart;
}

std::vector<step::Spec> followers(const Switch& wanted, bool old_one) {
  std::vector<step::Spec> steps;
  for (const std::string& sibling : wanted.siblings) {
    steps.push_back({"node.following", {{"node", sibling}, {"upstream", wanted.to}}});
  }
  if (old_one) {
    steps.push_back({"node.following", {{"node", wanted.from}, {"upstream", wanted.to}}});
  }
  if (!wanted.synchronous.empty()) {
    steps.push_back({"node.synchronous", {{"node", wanted.to}, {"names", wanted.synchronous}}});
  }
  return steps;
}

}  // namespace

std::vector<std::string> applicationHosts(const config::Instance& instance) {
  std::vector<std::string> hosts;
  for (const auto& service : instance.services) {
    if (!usesDatabase(service)) continue;
    if (std::find(hosts.begin(), hosts.end(), service.host) == hosts.end()) {
      hosts.push_back(service.host);
    }
  }
  if (hosts.empty()) hosts.emplace_back();
  return hosts;
}

Switch switchOf(const Topology& topology, const Node& from, const Node& to,
                const std::string& stamp) {
  Switch wanted;
  wanted.from = from.name();
  wanted.to = to.name();
  wanted.stamp = stamp;
  wanted.synchronous = to.parameter("synchronous_standby_names");
  for (const Node& node : topology.nodes) {
    if (&node != &from && &node != &to && node.role == Role::standby) {
      wanted.siblings.push_back(node.name());
    }
  }
  return wanted;
}

std::vector<step::Spec> switchoverSteps(ports::World& world, const config::Instance& instance,
                                        const Switch& wanted) {
  const core::Json pair{{"node", wanted.to}, {"instead_of", wanted.from}};
  auto inner = whileStopped(instance, wanted,
                            {{"node.stopped", {{"node", wanted.from}}},
                             {"node.held_back", {{"node", wanted.from}}},
                             {"node.received", {{"from", wanted.from}, {"to", wanted.to}}},
                             {"node.promoted", pair}});
  return around(restartOf(world, instance, wanted, false),
                {{"node.checkpointed", {{"node", wanted.from}}}}, std::move(inner),
                followers(wanted, true));
}

std::vector<step::Spec> lostSteps(ports::World& world, const config::Instance& instance,
                                  const Switch& wanted) {
  auto inner = whileStopped(instance, wanted,
                            {{"node.promoted",
                              {{"node", wanted.to},
                               {"instead_of", wanted.from},
                               {"lost", true},
                               {"attested", wanted.attested}}}});
  auto steps = around(restartOf(world, instance, wanted, true), {}, std::move(inner),
                      followers(wanted, false));
  steps.insert(steps.begin(),
               {"node.fenced",
                {{"node", wanted.from}, {"other", wanted.to}, {"attested", wanted.attested}}});
  return steps;
}

}  // namespace cluster
