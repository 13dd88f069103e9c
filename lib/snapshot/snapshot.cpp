#include "lib/snapshot/snapshot.hpp"

#include <fmt/format.h>

#include "lib/core/error.hpp"
#include "lib/core/redact.hpp"
#include "lib/core/version.hpp"

namespace snapshot {
namespace {

constexpr int kFormat = 1;
constexpr const char* kMark = "snapshot";

}  // namespace

core::Json toJson(const Snapshot& snapshot) {
  return {{"format", kFormat},           {"sotctl", kMark},
          {"id", snapshot.id},           {"instance", snapshot.instance},
          {"product", snapshot.product}, {"host", snapshot.host},
          {"version", snapshot.version}, {"taken", core::formatUtc(snapshot.taken)},
          {"parts", snapshot.parts}};
}

Snapshot fromJson(const core::Json& json, const std::string& name) {
  if (!json.is_object() || json.value("sotctl", "") != kMark) {
    throw core::Error(core::Kind::corrupt, fmt::format("{} is no snapshot", name),
                      "`sotctl snapshot list` shows those that there are.");
  }
  if (json.value("format", 0) > kFormat) {
    throw core::Error(core::Kind::undetermined,
                      fmt::format("{} has format {}, and this version knows {}", name,
                                  json.value("format", 0), kFormat),
                      "Use the version of sotctl that wrote it.");
  }
  try {
    Snapshot snapshot;
    snapshot.id = json.at("id").get<std::string>();
    snapshot.instance = json.at("instance").get<std::string>();
    snapshot.product = json.at("product").get<std::string>();
    snapshot.host = json.value("host", "");
    snapshot.version = json.value("version", "");
    snapshot.taken = core::parseUtc(json.at("taken").get<std::string>()).value_or(core::Time{});
    snapshot.parts = json.at("parts");
    return snapshot;
  } catch (const core::Json::exception& error) {
    throw core::Error(core::Kind::corrupt,
                      fmt::format("{} has another shape: {}", name, error.what()));
  }
}

void takePart(core::Json& parts, const std::string& name, const std::function<core::Json()>& work) {
  try {
    parts[name] = work();
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted || error.kind() == core::Kind::usage) throw;
    parts[name] = {{"unknown", core::redacted(error.what())}};
  }
}

Snapshot take(ports::World& world, const config::Instance& instance, const config::Outside& outside,
              const Wanted& wanted, core::Progress& progress) {
  Snapshot snapshot;
  snapshot.taken = world.clock.now();
  snapshot.id = core::compactUtc(snapshot.taken);
  snapshot.instance = instance.name;
  snapshot.product = config::productName(instance.product);
  snapshot.host = world.caller.host;
  snapshot.version = core::version();
  progress.at("database", 0, 0);
  takeDatabase(world, instance, wanted, snapshot.parts);
  progress.at("host", 0, 0);
  takeHost(world, instance, snapshot.parts);
  progress.at("API", 0, 0);
  takeApi(world, instance, outside, wanted, snapshot.parts);
  return snapshot;
}

}  // namespace snapshot
