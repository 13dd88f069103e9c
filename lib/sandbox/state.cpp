#include "lib/sandbox/state.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/core/error.hpp"
#include "lib/core/json.hpp"

namespace sandbox {
namespace {

constexpr int kFormat = 1;
constexpr const char* kKind = "sotctl sandbox";

State parse(const std::string& text, const std::string& file) {
  const auto json = core::Json::parse(text, nullptr, false);
  if (!json.is_object() || json.value("kind", "") != kKind) {
    throw core::Error(core::Kind::corrupt, file + " is not the marker of a sandbox");
  }
  try {
    if (json.at("format").get<int>() > kFormat) {
      throw core::Error(core::Kind::refused, file + " was written by a newer sotctl",
                        "Use that version for this sandbox.");
    }
    State state;
    state.folder = json.at("folder");
    state.account = json.at("account");
    const auto& ports = json.at("ports");
    state.ports = {ports.at("postgres"), ports.at("redis"), ports.at("application"),
                   ports.value("standby", 0)};
    state.pair = json.value("pair", false);
    state.bytes = json.at("bytes");
    state.dump = json.at("dump");
    state.tools = json.at("tools");
    state.release = json.at("release");
    state.made = json.at("made");
    return state;
  } catch (const core::Json::exception&) {
    throw core::Error(core::Kind::corrupt, file + " lacks something that every marker has");
  }
}

}  // namespace

Found look(ports::Files& files, const Layout& layout, State& state) {
  const auto info = files.info(layout.root);
  if (!info) return Found::nothing;
  if (info->type != ports::FileType::folder) return Found::foreign;
  if (files.info(layout.marker())) {
    state = parse(files.read(layout.marker()), layout.marker());
    return state.folder == layout.root ? Found::ours : Found::foreign;
  }
  const auto entries = files.list(layout.root);
  const bool only_beginnings =
      std::all_of(entries.begin(), entries.end(), [](const ports::FileInfo& entry) {
        return entry.type == ports::FileType::file && entry.name.starts_with("sandbox.");
      });
  return only_beginnings ? Found::nothing : Found::foreign;
}

void save(ports::Files& files, const Layout& layout, const State& state) {
  core::Json json;
  json["kind"] = kKind;
  json["format"] = kFormat;
  json["folder"] = state.folder;
  json["account"] = state.account;
  json["ports"] = {{"postgres", state.ports.postgres},
                   {"redis", state.ports.redis},
                   {"application", state.ports.application},
                   {"standby", state.ports.standby}};
  json["pair"] = state.pair;
  json["bytes"] = state.bytes;
  json["dump"] = state.dump;
  json["tools"] = state.tools;
  json["release"] = state.release;
  json["made"] = state.made;
  files.replace(layout.marker(), json.dump(2) + "\n", 0644);
}

}  // namespace sandbox
