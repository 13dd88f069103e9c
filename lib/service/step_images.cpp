#include "lib/service/step_images.hpp"

#include <fmt/format.h>

#include "lib/core/digest.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/detached/detached.hpp"
#include "lib/service/compose.hpp"
#include "lib/service/services.hpp"

namespace service {
namespace {

using namespace std::chrono_literals;

// A build fetches packages; a pull, gigabytes.
constexpr auto kFetchLimit = 30min;

const config::ServiceSettings& settingsOf(const Environment& environment, const std::string& name) {
  return Services(environment.world, environment.instance).named(name);
}

std::vector<const config::ServiceSettings*> composed(const Environment& environment,
                                                     const std::vector<std::string>& names) {
  std::vector<const config::ServiceSettings*> all;
  for (const auto& name : names) {
    const auto& service = settingsOf(environment, name);
    if (service.manager == config::ServiceManager::compose) all.push_back(&service);
  }
  return all;
}

std::vector<std::string> strings(const core::Json& json) {
  return json.get<std::vector<std::string>>();
}

}  // namespace

void makeContainers(const Environment& environment, const std::vector<std::string>& names,
                    core::Progress& progress) {
  for (const auto* each : composed(environment, names)) {
    progress.at("making the container of " + each->name, 0, 0);
    Compose compose(environment.at(*each), *each);
    auto command = compose.composeCommand({"up", "--no-start", "--no-deps", each->service});
    command.limit = 5min;
    compose.demand(command);
  }
}

ImagesFetched::ImagesFetched(Environment environment, const core::Json& arguments)
    : environment_(environment),
      names_(strings(arguments.at("services"))),
      words_(strings(arguments.at("command"))),
      run_(arguments.value("run", std::string("run"))) {}

std::string ImagesFetched::title() const {
  return fmt::format("images were fetched: {} {}", core::join(words_, " "),
                     core::join(names_, " "));
}

step::Observation ImagesFetched::observe(const core::Json*) {
  return seen("images.fetched", "images", done_ ? core::Outcome::pass : core::Outcome::fail,
              done_ ? "fetched" : "to be fetched", title());
}

void ImagesFetched::apply(const core::Json&, core::Progress& progress) {
  for (const auto* each : composed(environment_, names_)) {
    progress.at(core::join(words_, " ") + " " + each->service, 0, 0);
    fetch(*each);
  }
  done_ = true;
}

/// On another host it goes on when the connection is lost, and is looked for again.
void ImagesFetched::fetch(const config::ServiceSettings& service) {
  ports::World& there = environment_.at(service);
  Compose compose(there, service);
  ports::Command command;
  if (words_.front() == "build" && !service.build.empty()) {
    command.argv = service.build;
    command.directory = compose.folder();
  } else {
    auto words = words_;
    words.push_back(service.service);
    command = compose.composeCommand(words);
  }
  command.limit = kFetchLimit;
  if (&there == &environment_.world) {
    compose.demand(command);
    return;
  }
  if (!command.directory.empty()) {
    const std::vector<std::string> into{"sh", "-c", "cd \"$0\" && exec \"$@\"", command.directory};
    command.argv.insert(command.argv.begin(), into.begin(), into.end());
  }
  detached::Work work(there,
                      run_ + "-" + words_.front() + "-" + core::sha256(service.name).substr(0, 8));
  work.start(command);
  const auto state = work.wait(kFetchLimit);
  work.forget();
  if (state.stage == detached::Stage::ended && state.status == 0) return;
  throw core::Error(
      core::Kind::failed_check,
      fmt::format(
          "service {}: {} ended with {}: {}", service.name, core::shellLine(command.argv),
          state.stage == detached::Stage::ended ? fmt::format("exit status {}", state.status)
                                                : std::string("no end that is known"),
          core::printable(
              core::trim(state.out.substr(state.out.size() > 300 ? state.out.size() - 300 : 0)))));
}

std::vector<std::string> ImagesFetched::manual() const {
  return {"docker-compose " + core::join(words_, " ") + " " + core::join(names_, " ")};
}

ImagesNoted::ImagesNoted(Environment environment, const core::Json& arguments)
    : environment_(environment), names_(strings(arguments.at("services"))) {}

step::Observation ImagesNoted::observe(const core::Json* before) {
  return seen("images.noted", "images",
              before == nullptr ? core::Outcome::fail : core::Outcome::pass,
              before == nullptr ? "to be noted" : "noted", title());
}

core::Json ImagesNoted::before() {
  core::Json images = core::Json::object();
  std::string first;
  for (const auto* each : composed(environment_, names_)) {
    for (const auto& one : Compose(environment_.at(*each), *each).containers()) {
      images[one.image_name] = one.image;
    }
    if (first.empty()) first = each->name;
  }
  return {{"service", first}, {"images", std::move(images)}};
}

step::Compensation ImagesNoted::compensation(const core::Json& before, step::Purpose) {
  if (before.at("images").empty()) return step::Compensation::none();
  return step::Compensation::by({"images.named", before});
}

ImagesNamed::ImagesNamed(Environment environment, const core::Json& arguments)
    : environment_(environment),
      service_(arguments.at("service").get<std::string>()),
      images_(arguments.at("images").get<std::map<std::string, std::string>>()) {}

std::string ImagesNamed::imageOf(const std::string& name) {
  const auto& service = settingsOf(environment_, service_);
  Compose compose(environment_.at(service), service);
  const auto outcome = environment_.at(service).shell.run(
      compose.engineCommand({"image", "inspect", "--format", "{{.Id}}", "--", name}));
  return outcome.ok() ? std::string(core::trim(outcome.out)) : std::string();
}

step::Observation ImagesNamed::observe(const core::Json*) {
  std::vector<std::string> other;
  for (const auto& [name, id] : images_) {
    if (imageOf(name) != id) other.push_back(name);
    if (imageOf(id).empty()) {
      return step::blocked({"images.named", name, core::Outcome::fail, "image " + id + " is gone",
                            title(), "It was removed since (docker image prune)."});
    }
  }
  return seen("images.named", "images", other.empty() ? core::Outcome::pass : core::Outcome::fail,
              other.empty() ? "they do" : "others are: " + core::join(other, ", "), title());
}

core::Json ImagesNamed::before() {
  core::Json images = core::Json::object();
  for (const auto& [name, id] : images_) {
    if (const auto now = imageOf(name); !now.empty()) images[name] = now;
  }
  return {{"service", service_}, {"images", std::move(images)}};
}

void ImagesNamed::apply(const core::Json&, core::Progress&) {
  const auto& service = settingsOf(environment_, service_);
  Compose compose(environment_.at(service), service);
  for (const auto& [name, id] : images_) {
    auto command = compose.engineCommand({"tag", id, name});
    command.mutates = true;
    compose.demand(command);
  }
}

step::Compensation ImagesNamed::compensation(const core::Json& before, step::Purpose) {
  return step::Compensation::by({"images.named", before});
}

std::vector<std::string> ImagesNamed::manual() const {
  std::vector<std::string> lines;
  for (const auto& [name, id] : images_) {
    lines.push_back(core::shellLine({"docker", "tag", id, name}));
  }
  return lines;
}

RestartPolicy::RestartPolicy(Environment environment, const core::Json& arguments)
    : environment_(environment),
      name_(arguments.at("service").get<std::string>()),
      policy_(arguments.at("policy").get<std::string>()) {}

const config::ServiceSettings& RestartPolicy::service() const {
  return settingsOf(environment_, name_);
}

std::string RestartPolicy::title() const {
  return fmt::format("containers of {} have the restart policy {}", name_, policy_);
}

step::Observation RestartPolicy::observe(const core::Json*) {
  const auto all = Compose(environment_.at(service()), service()).containers();
  for (const auto& one : all) {
    if (one.restart_policy == policy_) continue;
    return seen("restart-policy.set", name_, core::Outcome::fail,
                "restart policy is " + one.restart_policy, title());
  }
  return seen("restart-policy.set", name_,
              all.empty() ? core::Outcome::unknown : core::Outcome::pass,
              all.empty() ? "it has no container" : "restart policy is " + policy_, title());
}

core::Json RestartPolicy::before() {
  const auto all = Compose(environment_.at(service()), service()).containers();
  return {{"policy", all.empty() ? policy_ : all.front().restart_policy}};
}

void RestartPolicy::apply(const core::Json&, core::Progress&) {
  Compose compose(environment_.at(service()), service());
  auto command = compose.engineCommand({"update", "--restart=" + policy_});
  for (const auto& one : compose.containers()) command.argv.push_back(one.id);
  command.mutates = true;
  compose.demand(command);
}

step::Compensation RestartPolicy::compensation(const core::Json& before, step::Purpose) {
  return step::Compensation::by(
      {"restart-policy.set", {{"service", name_}, {"policy", before.at("policy")}}});
}

std::vector<std::string> RestartPolicy::manual() const {
  return {fmt::format(
      "docker update --restart={} $(docker ps -aq --filter "
      "label=com.docker.compose.project={} --filter "
      "label=com.docker.compose.service={})",
      policy_, core::shellQuote(service().project), core::shellQuote(service().service))};
}

}  // namespace service
