#include "lib/permissions/changes.hpp"

#include <fmt/format.h>

#include <map>

#include "lib/core/error.hpp"
#include "lib/core/json.hpp"
#include "lib/core/text.hpp"

namespace permissions {
namespace {

core::Json toJson(const ports::Attributes& state) {
  return {{"type", static_cast<int>(state.type)},
          {"mode", fmt::format("{:04o}", state.mode)},
          {"uid", state.uid},
          {"gid", state.gid},
          {"acl", escaped(state.access_acl)},
          {"default_acl", escaped(state.default_acl)}};
}

ports::Attributes stateFromJson(const core::Json& json) {
  const int type = json.at("type").get<int>();
  if (type < 0 || type > static_cast<int>(ports::FileType::other)) {
    throw core::Error(core::Kind::corrupt, fmt::format("a list of changes has a type {}", type));
  }
  return {static_cast<ports::FileType>(type),
          static_cast<unsigned>(std::stoul(json.at("mode").get<std::string>(), nullptr, 8)) & 07777,
          json.at("uid").get<unsigned>(),
          json.at("gid").get<unsigned>(),
          unescaped(json.at("acl").get<std::string>()),
          unescaped(json.at("default_acl").get<std::string>())};
}

int hexDigit(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  throw core::Error(core::Kind::corrupt, "a list of changes has a name with a wrong escape");
}

}  // namespace

std::string escaped(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) {
    const auto code = static_cast<unsigned char>(byte);
    if (code <= ' ' || code >= 0x7f || byte == '%' || byte == '"' || byte == '\\') {
      text += fmt::format("%{:02X}", code);
    } else {
      text += byte;
    }
  }
  return text;
}

std::string unescaped(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      bytes += text[i];
      continue;
    }
    if (i + 2 >= text.size()) hexDigit('?');
    bytes += static_cast<char>(hexDigit(text[i + 1]) * 16 + hexDigit(text[i + 2]));
    i += 2;
  }
  return bytes;
}

std::string toLines(const Changes& changes) {
  std::string lines;
  std::map<std::string, std::size_t> pairs;
  for (const ports::AttributeChange& change : changes) {
    const core::Json pair{{"from", toJson(change.from)}, {"to", toJson(change.to)}};
    const std::string text = pair.dump();
    const auto [known, is_new] = pairs.try_emplace(text, pairs.size());
    if (is_new) lines += text + "\n";
    lines += fmt::format("[{},{},{},\"{}\"]\n", known->second, change.device, change.inode,
                         escaped(change.path));
  }
  return lines;
}

Changes changesFromLines(const std::string& text) {
  Changes changes;
  std::vector<std::pair<ports::Attributes, ports::Attributes>> pairs;
  try {
    for (const std::string& line : core::split(text, '\n')) {
      if (line.empty()) continue;
      const core::Json json = core::Json::parse(line);
      if (json.is_object()) {
        pairs.emplace_back(stateFromJson(json.at("from")), stateFromJson(json.at("to")));
        continue;
      }
      const auto& [from, to] = pairs.at(json.at(0).get<std::size_t>());
      changes.push_back({unescaped(json.at(3).get<std::string>()), json.at(1).get<std::uint64_t>(),
                         json.at(2).get<std::uint64_t>(), from, to});
    }
  } catch (const core::Json::exception& error) {
    throw core::Error(core::Kind::corrupt,
                      std::string("a list of changes is damaged: ") + error.what());
  } catch (const std::logic_error& error) {
    throw core::Error(core::Kind::corrupt,
                      std::string("a list of changes is damaged: ") + error.what());
  }
  return changes;
}

Changes reversed(Changes changes) {
  for (ports::AttributeChange& change : changes) std::swap(change.from, change.to);
  return changes;
}

}  // namespace permissions
