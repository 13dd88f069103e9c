#include "lib/backup/pin.hpp"

#include <fmt/format.h>

#include "lib/core/error.hpp"
#include "lib/core/json.hpp"
#include "lib/core/text.hpp"

namespace backup {
namespace {

std::string pinPath(const std::string& folder) { return folder + "/" + kPinFile; }

std::string textAt(const core::Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

std::string Pin::inWords() const {
  if (person.empty()) return "by a file that can't be understood";
  return fmt::format("by {} on {}, {}{}", core::printable(person), core::printable(host),
                     core::formatLocal(since),
                     reason.empty() ? "" : ": " + core::printable(reason));
}

core::Json toJson(const Pin& pin) {
  return {{"person", pin.person},
          {"host", pin.host},
          {"since", core::formatUtc(pin.since)},
          {"reason", pin.reason}};
}

Pin pinFromJson(const core::Json& json) {
  if (!json.is_object()) return {};
  return {textAt(json, "person"), textAt(json, "host"), textAt(json, "reason"),
          core::parseUtc(textAt(json, "since")).value_or(core::Time{})};
}

std::optional<Pin> readPin(ports::World& world, const std::string& folder) {
  const auto info = world.files.info(pinPath(folder));
  if (!info) return std::nullopt;
  if (info->type != ports::FileType::file) return Pin{};
  try {
    return pinFromJson(core::Json::parse(world.files.read(pinPath(folder)), nullptr, false));
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    return Pin{};  // there it is
  }
}

void writePin(ports::World& world, const std::string& folder, const Pin& pin) {
  world.files.replace(pinPath(folder),
                      toJson(pin).dump(1, ' ', false, core::Json::error_handler_t::replace) + "\n",
                      0600);
}

void removePin(ports::World& world, const std::string& folder) {
  if (world.files.info(pinPath(folder))) world.files.remove(pinPath(folder));
}

}  // namespace backup
