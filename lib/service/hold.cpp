#include "lib/service/hold.hpp"

#include <fmt/format.h>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace service {

std::string holdFile(const std::string& state_folder, const std::string& instance) {
  return state_folder + "/instances/" + instance + "/hold.json";
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
