#include "lib/config/trust.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace config {
namespace {

std::string ownerInWords(const ports::FileInfo& info) {
  return info.owner_name.empty() ? fmt::format("number {}", info.owner) : info.owner_name;
}

std::optional<std::string> distrustOne(const std::string& path, const ports::FileInfo& info,
                                       unsigned uid) {
  if (info.owner != 0 && info.owner != uid) {
    return fmt::format("{} belongs to {}", core::printable(path), ownerInWords(info));
  }
  if (info.type == ports::FileType::link) return std::nullopt;  // a link's mode means nothing
  const bool sticky = info.type == ports::FileType::folder && (info.mode & 01000) != 0;
  if (sticky && info.owner == 0) return std::nullopt;
  if ((info.mode & 022) == 0) return std::nullopt;
  return fmt::format("{} is writable by {} (mode {})", core::printable(path),
                     (info.mode & 002) != 0 ? "everybody" : "its group", modeInWords(info.mode));
}

}  // namespace

std::string modeInWords(unsigned mode) { return fmt::format("{:04o}", mode & 07777); }

std::optional<std::string> distrust(ports::Files& files, const std::string& path, unsigned uid) {
  constexpr int kMostLinks = 40;  // as Linux: more is a circle
  int links = 0;
  std::string at;  // what was looked at already, without links
  std::vector<std::string> rest = core::split(path, '/');
  while (true) {
    const std::string here = at.empty() ? "/" : at;
    const auto info = files.info(here);
    if (!info) throw core::Error(core::Kind::not_found, core::printable(here) + " does not exist");
    if (auto reason = distrustOne(here, *info, uid)) return reason;
    if (info->type == ports::FileType::link) {
      const std::string target = files.linkTarget(here);
      if (++links > kMostLinks) {
        throw core::Error(core::Kind::not_found, core::printable(path) + " is a circle of links");
      }
      auto parts = core::split(target, '/');
      rest.insert(rest.begin(), parts.begin(), parts.end());
      at = target.starts_with('/') ? "" : at.substr(0, at.rfind('/'));
    }
    while (!rest.empty() && (rest.front().empty() || rest.front() == ".")) rest.erase(rest.begin());
    if (rest.empty()) return std::nullopt;
    if (rest.front() == "..") {
      at = at.substr(0, std::min(at.rfind('/'), at.size()));
    } else {
      at += "/" + rest.front();
    }
    rest.erase(rest.begin());
  }
}

}  // namespace config
