#include "lib/service/hold.hpp"

#include <fmt/format.h>

#include "lib/config/hosts.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/hosts/parallel.hpp"

namespace service {

std::string holdFile(const std::string& state_folder, const std::string& instance) {
  return state_folder + "/instances/" + instance + "/hold.json";
}

core::Json toJson(const HoldPlaces& places) {
  return {{"file", places.file}, {"other", places.other}};
}

HoldPlaces placesFromJson(const core::Json& json) {
  return {json.at("file").get<std::string>(),
          json.at("other").get<std::map<std::string, std::string>>()};
}

std::optional<HoldRecord> findHold(ports::World& world, const config::Instance& instance,
                                   const HoldPlaces& places) {
  if (auto here = readHold(world.files, places.file)) return here;
  std::vector<std::string> names;
  for (const auto& [host, file] : places.other) names.push_back(host);
  const auto answers = hosts::askHosts<std::optional<HoldRecord>>(
      names, {}, world.cancellation, [&](const std::string& host) {
        return readHold(config::worldOf(world, instance, host).files, places.other.at(host));
      });
  world.cancellation.check();
  for (const auto& answer : answers) {
    if (answer.value) return answer.value;
  }
  return std::nullopt;
}

void placeHold(ports::World& world, const config::Instance& instance, const HoldPlaces& places,
               const HoldRecord& hold) {
  const auto write = [&](ports::Files& files, const std::string& file) {
    files.makeFolder(file.substr(0, file.rfind('/')), 0755);
    files.replace(file, toJson(hold).dump(2) + "\n", 0644);
  };
  write(world.files, places.file);
  for (const auto& [host, file] : places.other) {
    write(config::worldOf(world, instance, host).files, file);
  }
}

void removeHold(ports::World& world, const config::Instance& instance, const HoldPlaces& places) {
  const auto remove = [](ports::Files& files, const std::string& file) {
    if (files.info(file)) files.remove(file);
  };
  for (const auto& [host, file] : places.other) {
    remove(config::worldOf(world, instance, host).files, file);
  }
  remove(world.files, places.file);
}

std::optional<HoldRecord> readHold(ports::Files& files, const std::string& file) {
  if (!files.info(file)) return std::nullopt;
  try {
    const auto json = core::Json::parse(files.read(file));
    return HoldRecord{json.at("reason"), json.at("person"), json.at("host"),
                      json.at("since"),  json.at("run"),    json.at("stopped")};
  } catch (const core::Json::exception&) {
    throw core::Error(core::Kind::corrupt, "the record of a hold can't be read: " + file,
                      "Something is held. `sotctl run list` shows the run that placed it.");
  }
}

core::Json toJson(const HoldRecord& hold) {
  return {{"reason", hold.reason}, {"person", hold.person}, {"host", hold.host},
          {"since", hold.since},   {"run", hold.run},       {"stopped", hold.stopped}};
}

std::string inWords(const HoldRecord& hold) {
  return fmt::format("held since {} by {} on {}: {}", hold.since, core::printable(hold.person),
                     hold.host, core::printable(hold.reason));
}

}  // namespace service
