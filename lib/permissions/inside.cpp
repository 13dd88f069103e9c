#include "lib/permissions/inside.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <sstream>
#include <stdexcept>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace permissions {
namespace {

constexpr int kMostLinks = 40;  // as the kernel (path_resolution(7))

std::optional<std::uint64_t> numberOf(const std::string& text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::vector<std::string> parts(const std::string& path) {
  std::vector<std::string> parts = core::split(path, '/');
  std::erase_if(parts, [](const std::string& part) { return part.empty() || part == "."; });
  return parts;
}

}  // namespace

InsideFiles::InsideFiles(ports::Files& host, int process)
    : host_(host), view_(fmt::format("/proc/{}/root", process)) {}

ports::Files& InsideFiles::inner() {
  throw std::logic_error("a container's files are for looking");
}

/// Without links, so that none of the container's can lead into the host's own files.
std::string InsideFiles::real(const std::string& path) {
  return view_ + resolve(path).value_or(path);
}

std::optional<ports::FileInfo> InsideFiles::info(const std::string& path) {
  return host_.info(real(path));
}

std::vector<ports::FileInfo> InsideFiles::list(const std::string& folder) {
  return host_.list(real(folder));
}

std::string InsideFiles::read(const std::string& path) { return host_.read(real(path)); }

std::string InsideFiles::linkTarget(const std::string& path) {
  return host_.linkTarget(view_ + path);
}

std::optional<std::string> InsideFiles::resolve(const std::string& path) {
  std::vector<std::string> rest = parts(path);
  std::string here;
  int links = 0;
  while (!rest.empty()) {
    const std::string name = rest.front();
    rest.erase(rest.begin());
    if (name == "..") {
      here = here.substr(0, here.rfind('/') == std::string::npos ? 0 : here.rfind('/'));
      continue;
    }
    const std::string next = here + "/" + name;
    const auto info = host_.info(view_ + next);
    if (!info) return std::nullopt;
    if (info->type != ports::FileType::link) {
      here = next;
      continue;
    }
    if (++links > kMostLinks) return std::nullopt;
    const std::string target = host_.linkTarget(view_ + next);
    std::vector<std::string> way = parts(target);
    way.insert(way.end(), rest.begin(), rest.end());
    rest = std::move(way);
    if (target.starts_with('/')) here.clear();
  }
  return here.empty() ? "/" : here;
}

std::vector<IdRange> parseIdMap(const std::string& text) {
  std::istringstream stream(text);
  std::vector<IdRange> ranges;
  for (IdRange range; stream >> range.inside >> range.outside >> range.count;) {
    ranges.push_back(range);
  }
  return ranges;
}

InsideTrees::InsideTrees(ports::Trees& host, ports::Files& host_files, int process)
    : host_(host),
      files_(host_files),
      process_(process),
      view_(fmt::format("/proc/{}/root", process)),
      users_(parseIdMap(host_files.read(fmt::format("/proc/{}/uid_map", process)))),
      groups_(parseIdMap(host_files.read(fmt::format("/proc/{}/gid_map", process)))) {}

void InsideTrees::walk(const std::string& root, ports::TreeVisitor& visitor) {
  host_.walk(view_ + root, visitor);
}

std::optional<ports::Attributes> InsideTrees::attributes(const std::string& path) {
  return host_.attributes(view_ + path);
}

InsideTrees::Table InsideTrees::table(const std::string& file) {
  Table rows;
  InsideFiles files(files_, process_);
  const auto info = files.info(file);
  if (!info || info->type != ports::FileType::file) return rows;
  for (const std::string& line : core::split(files.read(file), '\n')) {
    rows.push_back(core::split(line, ':'));
    if (rows.back().size() < 4) rows.pop_back();
  }
  return rows;
}

std::optional<unsigned> InsideTrees::outside(const std::vector<IdRange>& map,
                                             const std::string& number) const {
  const auto inside = numberOf(number);
  for (const IdRange& range : map) {
    if (!inside || *inside < range.inside || *inside - range.inside >= range.count) continue;
    return static_cast<unsigned>(range.outside + (*inside - range.inside));
  }
  return std::nullopt;
}

std::optional<ports::Identity> InsideTrees::account(const std::string& name) {
  if (!passwd_) passwd_ = table("/etc/passwd");
  if (!group_) group_ = table("/etc/group");
  for (const auto& fields : *passwd_) {
    if (fields[0] != name) continue;
    const auto uid = outside(users_, fields[2]);
    const auto gid = outside(groups_, fields[3]);
    if (!uid || !gid) return std::nullopt;
    ports::Identity identity{*uid, *gid, {}};
    for (const auto& group : *group_) {
      const auto members = core::split(group[3], ',');
      if (std::find(members.begin(), members.end(), name) == members.end()) continue;
      if (const auto number = outside(groups_, group[2])) identity.groups.push_back(*number);
    }
    return identity;
  }
  return std::nullopt;
}

std::optional<unsigned> InsideTrees::group(const std::string& name) {
  if (!group_) group_ = table("/etc/group");
  for (const auto& fields : *group_) {
    if (fields[0] == name) return outside(groups_, fields[2]);
  }
  return std::nullopt;
}

std::string InsideTrees::nameIn(const Table& table, const std::vector<IdRange>& map,
                                unsigned outside) {
  for (const IdRange& range : map) {
    if (outside < range.outside || outside - range.outside >= range.count) continue;
    const std::string inside = std::to_string(range.inside + (outside - range.outside));
    for (const auto& fields : table) {
      if (fields[2] == inside) return fmt::format("{} ({})", fields[0], inside);
    }
    return inside;
  }
  return {};  // the container has no number for it: whoever is there can't own it
}

std::string InsideTrees::accountName(unsigned uid) {
  if (!passwd_) passwd_ = table("/etc/passwd");
  return nameIn(*passwd_, users_, uid);
}

std::string InsideTrees::groupName(unsigned gid) {
  if (!group_) group_ = table("/etc/group");
  return nameIn(*group_, groups_, gid);
}

std::vector<ports::AccessAnswer> InsideTrees::access(
    const ports::Identity& who, int inside, const std::vector<ports::AccessQuestion>& questions) {
  return host_.access(who, inside == 0 ? process_ : inside, questions);
}

ports::WriteTrial InsideTrees::tryWrite(const ports::Identity& who, int inside,
                                        const std::string& folder) {
  return host_.tryWrite(who, inside == 0 ? process_ : inside, folder);
}

std::vector<ports::Changed> InsideTrees::change(
    const std::string& root, const std::vector<ports::AttributeChange>& changes) {
  return host_.change(view_ + root, changes);
}

}  // namespace permissions
