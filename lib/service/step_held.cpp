#include "lib/service/step_held.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/service/services.hpp"
#include "lib/service/step_running.hpp"

namespace service {
namespace {

constexpr auto kLimit = std::chrono::seconds(60);

/// Which of them do not have the state that is wanted, in words.
std::vector<std::string> notSo(const Environment& environment,
                               const std::vector<std::string>& names, Running wanted) {
  Services services(environment.world, environment.instance);
  const auto all = services.inOrder(names);
  const auto states = services.observeAll(all);
  std::vector<std::string> words;
  for (std::size_t at = 0; at < all.size(); ++at) {
    if (states[at].running != wanted) words.push_back(all[at]->name + ": " + states[at].words);
  }
  return words;
}

}  // namespace

core::Json heldArguments(const HoldPlaces& places, const std::vector<std::string>& services,
                         const HoldRecord& record) {
  core::Json arguments = toJson(record);
  arguments.erase("stopped");
  arguments["places"] = toJson(places);
  arguments["services"] = services;
  return arguments;
}

Held::Held(Environment environment, const core::Json& arguments)
    : environment_(environment),
      places_(placesFromJson(arguments.at("places"))),
      names_(arguments.at("services").get<std::vector<std::string>>()),
      record_{arguments.at("reason"), arguments.at("person"), arguments.at("host"),
              arguments.at("since"),  arguments.at("run"),    {}} {}

std::string Held::title() const {
  return "held: " + (names_.empty() ? "nothing runs that spreads data" : core::join(names_, ", "));
}

step::Observation Held::observe(const core::Json*) {
  const auto there = findHold(environment_.world, environment_.instance, places_);
  auto words = notSo(environment_, names_, Running::no);
  if (!there) words.insert(words.begin(), "nothing is held");
  return seen("instance.held", "hold", words.empty() ? core::Outcome::pass : core::Outcome::fail,
              words.empty() ? inWords(*there) : core::join(words, "; "), title());
}

core::Json Held::before() {
  Services services(environment_.world, environment_.instance);
  const auto all = services.inOrder(names_);
  const auto states = services.observeAll(all);
  std::vector<std::string> running;
  for (std::size_t at = 0; at < all.size(); ++at) {
    if (states[at].running != Running::no) running.push_back(all[at]->name);
  }
  return {{"running", running}};
}

void Held::apply(const core::Json& before, core::Progress& progress) {
  record_.stopped = before.at("running").get<std::vector<std::string>>();
  // What an earlier hold stopped must not be forgotten by a second one.
  if (const auto earlier = findHold(environment_.world, environment_.instance, places_);
      earlier && earlier->run != record_.run) {
    for (const auto& name : earlier->stopped) {
      const auto& known = record_.stopped;
      if (std::find(known.begin(), known.end(), name) == known.end()) {
        record_.stopped.push_back(name);
      }
    }
    record_.reason = earlier->reason + "; " + record_.reason;
  }
  placeHold(environment_.world, environment_.instance, places_, record_);
  Services services(environment_.world, environment_.instance);
  auto all = services.inOrder(record_.stopped);
  std::reverse(all.begin(), all.end());
  for (const auto& group : Services::together(all)) {
    stopProven(environment_, group, kLimit, core::Duration::zero(), progress);
  }
}

step::Compensation Held::compensation(const core::Json& before, step::Purpose) {
  return step::Compensation::by(
      {"instance.released", {{"places", toJson(places_)}, {"services", before.at("running")}}});
}

std::vector<std::string> Held::manual() const {
  Services services(environment_.world, environment_.instance);
  std::vector<std::string> lines;
  for (const auto& name : names_) lines.push_back(services.manualStop(services.named(name)));
  return lines;
}

Released::Released(Environment environment, const core::Json& arguments)
    : environment_(environment),
      places_(placesFromJson(arguments.at("places"))),
      names_(arguments.at("services").get<std::vector<std::string>>()) {}

std::string Released::title() const {
  return "released: " + (names_.empty() ? "nothing was stopped" : core::join(names_, ", "));
}

step::Observation Released::observe(const core::Json*) {
  auto words = notSo(environment_, names_, Running::yes);
  if (findHold(environment_.world, environment_.instance, places_)) {
    words.insert(words.begin(), "a hold is in place");
  }
  return seen("instance.released", "hold",
              words.empty() ? core::Outcome::pass : core::Outcome::fail,
              words.empty() ? "nothing is held" : core::join(words, "; "), title());
}

core::Json Released::before() {
  const auto record = findHold(environment_.world, environment_.instance, places_);
  return {{"record", record ? toJson(*record) : core::Json(nullptr)}};
}

void Released::apply(const core::Json&, core::Progress& progress) {
  Services services(environment_.world, environment_.instance);
  services.startThese(names_, progress);
  removeHold(environment_.world, environment_.instance, places_);
}

step::Compensation Released::compensation(const core::Json& before, step::Purpose) {
  const core::Json& record = before.at("record");
  if (record.is_null()) return step::Compensation::none();
  core::Json arguments = record;
  arguments.erase("stopped");
  arguments["places"] = toJson(places_);
  arguments["services"] = names_;
  return step::Compensation::by({"instance.held", std::move(arguments)});
}

std::vector<std::string> Released::manual() const {
  Services services(environment_.world, environment_.instance);
  std::vector<std::string> lines;
  for (const auto& name : names_) lines.push_back(services.manualStart(services.named(name)));
  lines.push_back("rm -f " + core::shellQuote(places_.file));
  for (const auto& [host, file] : places_.other) {
    lines.push_back("rm -f " + core::shellQuote(file) + "  # on " + host);
  }
  return lines;
}

}  // namespace service
