#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/core/json.hpp"
#include "lib/ports/files.hpp"

namespace service {

/// What stands beside an instance's runs while what spreads or changes its data is held.
struct HoldRecord {
  std::string reason;
  std::string person;
  std::string host;
  std::string since;
  std::string run;                   // that placed it
  std::vector<std::string> stopped;  // services that ran and that it stopped
};

/// `STATE/instances/NAME/hold.json`.
std::string holdFile(const std::string& state_folder, const std::string& instance);
/// Nothing if nothing is held. Errors: corrupt.
std::optional<HoldRecord> readHold(ports::Files& files, const std::string& file);
core::Json toJson(const HoldRecord& hold);
/// "since … by ada: netbox leaks into DNS".
std::string inWords(const HoldRecord& hold);

}  // namespace service
