#include "lib/migrations/packages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/dump/zip.hpp"
#include "lib/migrations/read_file.hpp"

namespace migrations {
namespace {

/// As package names are compared: PEP 503.
std::string normalized(std::string_view name) {
  std::string all;
  for (char c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const bool separates = c == '-' || c == '_' || c == '.';
    if (separates && (all.empty() || all.back() == '-')) continue;
    all += separates ? '-' : c;
  }
  return all;
}

/// "netbox_bgp-0.12.1-py3-none-any.whl".
std::optional<Package> ofWheel(std::string_view file) {
  if (!file.ends_with(".whl")) return std::nullopt;
  const auto parts = core::split(file, '-');
  if (parts.size() < 5) return std::nullopt;
  return Package{normalized(parts[0]), parts[1]};
}

/// "netbox_bgp/migrations/0001_initial.py" gives application's package and name.
std::optional<std::pair<std::string, std::string>> migrationIn(const std::string& path) {
  const auto parts = core::split(path, '/');
  if (parts.size() < 3 || parts[parts.size() - 2] != "migrations") return std::nullopt;
  const std::string& file = parts.back();
  if (!file.ends_with(".py") || file[0] == '_' || file[0] == '~') return std::nullopt;
  return std::pair(parts[parts.size() - 3], file.substr(0, file.size() - 3));
}

void addWheel(ports::Files& files, const std::string& path, Code& code) {
  const std::string archive = files.read(path);
  for (const dump::ZipMember& member : dump::zipMembers(archive, path)) {
    const auto found = migrationIn(member.name);
    if (!found) continue;
    const auto& [label, name] = *found;
    if (code.find({label, name}) != nullptr) continue;
    if (code.app(label) == nullptr) code.apps.push_back({label, label, path, false, true});
    const std::string where = path + ":" + core::printable(member.name);
    code.migrations.push_back(
        readMigration(dump::zipContent(archive, member, path), {label, name}, where));
    const Migration& read = code.migrations.back();
    code.doubts.insert(code.doubts.end(), read.doubts.begin(), read.doubts.end());
  }
}

}  // namespace

std::vector<Package> readRequirements(std::string_view text) {
  std::vector<Package> packages;
  for (const std::string& line : core::split(text, '\n')) {
    const std::string_view words = core::trim(std::string_view(line).substr(0, line.find('#')));
    if (words.empty() || words.starts_with("-") || words.find("://") != std::string_view::npos) {
      continue;
    }
    const auto end = std::min(words.find_first_of(" [=<>~!;@"), words.size());
    if (end == 0) continue;
    Package one{normalized(words.substr(0, end)), {}};
    if (const auto pin = words.find("=="); pin != std::string_view::npos) {
      const std::string_view rest = core::trim(words.substr(pin + 2));
      one.version = rest.substr(0, rest.find_first_of(" ;,"));
    }
    packages.push_back(std::move(one));
  }
  return packages;
}

std::vector<std::string> addPackages(ports::Files& files, const std::string& requirements,
                                     const std::string& wheels, Code& code) {
  std::map<std::string, std::vector<std::pair<std::string, std::string>>> found;
  if (!wheels.empty()) {
    for (const auto& file : files.list(wheels)) {
      if (const auto wheel = ofWheel(file.name)) {
        found[wheel->name].emplace_back(wheel->version, wheels + "/" + file.name);
      }
    }
  }
  std::vector<std::string> unknown;
  for (const Package& package : readRequirements(files.read(requirements))) {
    const auto& there = found[package.name];
    const auto fits = std::find_if(there.begin(), there.end(), [&](const auto& one) {
      return package.version.empty() || one.first == package.version;
    });
    if (fits != there.end()) {
      addWheel(files, fits->second, code);
      continue;
    }
    const std::string name =
        package.version.empty() ? package.name : package.name + " " + package.version;
    unknown.push_back(fmt::format("{}: its migrations are not known, as {}", name,
                                  wheels.empty()  ? "no folder with wheels was named (--wheels)"
                                  : there.empty() ? wheels + " has no wheel of it"
                                                  : wheels + " has only other versions of it"));
  }
  return unknown;
}

}  // namespace migrations
