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
  std::vector<std::string> words;
  for (const auto& name : names) {
    const auto state = services.observe(services.named(name));
    if (state.running != wanted) words.push_back(name + ": " + state.words);
  }
  return words;
}

}  // namespace

core::Json heldArguments(const std::string& file, const std::vector<std::string>& services,
                         const HoldRecord& record) {
  core::Json arguments = toJson(record);
  arguments.erase("stopped");
  arguments["file"] = file;
  arguments["services"] = services;
  return arguments;
}

Held::Held(Environment environment, const core::Json& arguments)
    : environment_(environment),
      file_(arguments.at("file").get<std::string>()),
      names_(arguments.at("services").get<std::vector<std::string>>()),
      record_{arguments.at("reason"), arguments.at("person"), arguments.at("host"),
              arguments.at("since"),  arguments.at("run"),    {}} {}

std::string Held::title() const {
  return "held: " + (names_.empty() ? "nothing runs that spreads data" : core::join(names_, ", "));
}

step::Observation Held::observe(const core::Json*) {
  const auto there = readHold(environment_.world.files, file_);
  auto words = notSo(environment_, names_, Running::no);
  if (!there) words.insert(words.begin(), "nothing is held");
  return seen("instance.held", "hold", words.empty() ? core::Outcome::pass : core::Outcome::fail,
              words.empty() ? inWords(*there) : core::join(words, "; "), title());
}

core::Json Held::before() {
  Services services(environment_.world, environment_.instance);
  std::vector<std::string> running;
  for (const auto& name : names_) {
    if (services.observe(services.named(name)).running != Running::no) running.push_back(name);
  }
  return {{"running", running}};
}

void Held::apply(const core::Json& before, core::Progress& progress) {
  record_.stopped = before.at("running").get<std::vector<std::string>>();
  // What an earlier hold stopped must not be forgotten by a second one.
  if (const auto earlier = readHold(environment_.world.files, file_);
      earlier && earlier->run != record_.run) {
    for (const auto& name : earlier->stopped) {
      const auto& known = record_.stopped;
      if (std::find(known.begin(), known.end(), name) == known.end()) {
        record_.stopped.push_back(name);
      }
    }
    record_.reason = earlier->reason + "; " + record_.reason;
  }
  const auto folder = file_.substr(0, file_.rfind('/'));
  environment_.world.files.makeFolder(folder, 0755);
  environment_.world.files.replace(file_, toJson(record_).dump(2) + "\n", 0644);
  Services services(environment_.world, environment_.instance);
  for (auto name = record_.stopped.rbegin(); name != record_.stopped.rend(); ++name) {
    stopProven(environment_, services.named(*name), kLimit, core::Duration::zero(), progress);
  }
}

step::Compensation Held::compensation(const core::Json& before, step::Purpose) {
  return step::Compensation::by(
      {"instance.released", {{"file", file_}, {"services", before.at("running")}}});
}

std::vector<std::string> Held::manual() const {
  Services services(environment_.world, environment_.instance);
  std::vector<std::string> lines;
  for (const auto& name : names_) lines.push_back(services.manualStop(services.named(name)));
  return lines;
}

Released::Released(Environment environment, const core::Json& arguments)
    : environment_(environment),
      file_(arguments.at("file").get<std::string>()),
      names_(arguments.at("services").get<std::vector<std::string>>()) {}

std::string Released::title() const {
  return "released: " + (names_.empty() ? "nothing was stopped" : core::join(names_, ", "));
}

step::Observation Released::observe(const core::Json*) {
  auto words = notSo(environment_, names_, Running::yes);
  if (environment_.world.files.info(file_)) words.insert(words.begin(), "a hold is in place");
  return seen("instance.released", "hold",
              words.empty() ? core::Outcome::pass : core::Outcome::fail,
              words.empty() ? "nothing is held" : core::join(words, "; "), title());
}

core::Json Released::before() {
  const auto record = readHold(environment_.world.files, file_);
  return {{"record", record ? toJson(*record) : core::Json(nullptr)}};
}

void Released::apply(const core::Json&, core::Progress& progress) {
  Services services(environment_.world, environment_.instance);
  services.startThese(names_, progress);
  if (environment_.world.files.info(file_)) environment_.world.files.remove(file_);
}

step::Compensation Released::compensation(const core::Json& before, step::Purpose) {
  const core::Json& record = before.at("record");
  if (record.is_null()) return step::Compensation::none();
  core::Json arguments = record;
  arguments.erase("stopped");
  arguments["file"] = file_;
  arguments["services"] = names_;
  return step::Compensation::by({"instance.held", std::move(arguments)});
}

std::vector<std::string> Released::manual() const {
  Services services(environment_.world, environment_.instance);
  std::vector<std::string> lines;
  for (const auto& name : names_) lines.push_back(services.manualStart(services.named(name)));
  lines.push_back("rm -f " + core::shellQuote(file_));
  return lines;
}

}  // namespace service
