#include "lib/remote/words.hpp"

#include "lib/core/base64.hpp"

namespace remote {

using core::Kind;
using ports::FileInfo;
using ports::FileType;

core::Json toJson(const FileInfo& info) {
  return {{"name", core::base64(info.name)},
          {"type", static_cast<int>(info.type)},
          {"bytes", info.bytes},
          {"mode", info.mode},
          {"owner", info.owner},
          {"group", info.group},
          {"changed", info.changed.time_since_epoch().count()},
          {"owner_name", core::base64(info.owner_name)}};
}

FileInfo infoOf(const core::Json& words) {
  FileInfo info;
  info.name = bytesOf(words, "name");
  info.type = static_cast<FileType>(words.at("type").get<int>());
  info.bytes = words.at("bytes").get<std::uint64_t>();
  info.mode = words.at("mode").get<unsigned>();
  info.owner = words.at("owner").get<unsigned>();
  info.group = words.at("group").get<unsigned>();
  info.changed = core::Time(core::Time::duration(words.at("changed").get<std::int64_t>()));
  info.owner_name = bytesOf(words, "owner_name");
  return info;
}

core::Json toJson(const core::Error& error) {
  return {{"error", static_cast<int>(error.kind())},
          {"what", core::base64(error.what())},
          {"hint", core::base64(error.hint())}};
}

void throwToldError(const core::Json& words) {
  if (!words.contains("error")) return;
  const int kind = words.at("error").get<int>();
  const bool known = kind >= 0 && kind <= static_cast<int>(Kind::interrupted);
  throw core::Error(known ? static_cast<Kind>(kind) : Kind::unexpected, bytesOf(words, "what"),
                    bytesOf(words, "hint"));
}

std::string bytesOf(const core::Json& words, const char* key) {
  const auto bytes = core::unbase64(words.value(key, std::string()));
  if (!bytes) throw core::Error(Kind::corrupt, "a message from another host has no base64");
  return *bytes;
}

}  // namespace remote
