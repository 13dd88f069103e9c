#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lib/config/instance.hpp"
#include "lib/core/json.hpp"
#include "lib/ports/world.hpp"

namespace service {

/// What stands beside an instance's runs, on each of its hosts, while what spreads or changes its
/// data is held.
struct HoldRecord {
  std::string reason;
  std::string person;
  std::string host;
  std::string since;
  std::string run;                   // that placed it
  std::vector<std::string> stopped;  // services that ran and that it stopped
};

/// Where the record lies: here, and on the instance's other hosts, so that whoever works from any
/// of them sees it.
struct HoldPlaces {
  std::string file;                          // on this host
  std::map<std::string, std::string> other;  // by host
};

/// `STATE/instances/NAME/hold.json`.
std::string holdFile(const std::string& state_folder, const std::string& instance);
core::Json toJson(const HoldPlaces& places);
HoldPlaces placesFromJson(const core::Json& json);

/// The record on this host, else on the first other one that has it; hosts side by side, those that
/// can't be reached are passed over. Errors: corrupt.
std::optional<HoldRecord> findHold(ports::World& world, const config::Instance& instance,
                                   const HoldPlaces& places);
/// Errors: those of the files of each host.
void placeHold(ports::World& world, const config::Instance& instance, const HoldPlaces& places,
               const HoldRecord& hold);
void removeHold(ports::World& world, const config::Instance& instance, const HoldPlaces& places);

/// Nothing if nothing is held. Errors: corrupt.
std::optional<HoldRecord> readHold(ports::Files& files, const std::string& file);
core::Json toJson(const HoldRecord& hold);
/// "since … by ada: netbox leaks into DNS".
std::string inWords(const HoldRecord& hold);

}  // namespace service
