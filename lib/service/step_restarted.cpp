#include "lib/service/step_restarted.hpp"

#include "lib/service/serves.hpp"
#include "lib/service/services.hpp"
#include "lib/service/step_running.hpp"

namespace service {
namespace {

constexpr const char* kKind = "service.restarted";

}  // namespace

ServiceRestarted::ServiceRestarted(Environment environment, const core::Json& arguments)
    : environment_(environment),
      name_(arguments.at("service").get<std::string>()),
      limit_(durationAt(arguments, "limit_ms")),
      kill_after_(durationAt(arguments, "kill_after_ms")) {}

const config::ServiceSettings& ServiceRestarted::service() const {
  return Services(environment_.world, environment_.instance).named(name_);
}

step::Observation ServiceRestarted::observe(const core::Json* before) {
  const auto state = Services(environment_.world, environment_.instance).observe(service());
  const bool is_new = before != nullptr && state.running == Running::yes &&
                      state.identity != before->at("identity").get<std::string>();
  if (!is_new) return seen(kKind, name_, core::Outcome::fail, state.words, title());
  const auto found = serves(environment_.world, environment_.instance, service());
  return seen(kKind, name_, found.outcome, found.found, title(), found.hint);
}

core::Json ServiceRestarted::before() {
  return {{"identity",
           Services(environment_.world, environment_.instance).observe(service()).identity}};
}

void ServiceRestarted::apply(const core::Json& before, core::Progress& progress) {
  Services services(environment_.world, environment_.instance);
  const auto state = services.observe(service());
  // A process that died in the middle may have started it already.
  if (state.running != Running::yes || state.identity == before.at("identity")) {
    stopProven(environment_, {&service()}, limit_, kill_after_, progress);
    services.makeReady(service());
    progress.at("starting " + name_, 0, 0);
    services.start(service(), limit_);
  }
  waitServing(environment_.world, environment_.instance, service(), limit_, progress);
}

std::vector<std::string> ServiceRestarted::manual() const {
  Services services(environment_.world, environment_.instance);
  return {services.manualStop(service()), services.manualStart(service())};
}

}  // namespace service
