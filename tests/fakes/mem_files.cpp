#include "tests/fakes/mem_files.hpp"

#include <algorithm>
#include <cerrno>

#include "lib/adapters/trouble.hpp"
#include "lib/core/text.hpp"

namespace fakes {

using adapters::trouble;
using ports::FileType;

namespace {

std::string parentOf(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string nameOf(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::string below(const std::string& folder, const std::string& name) {
  return folder == "/" ? "/" + name : folder + "/" + name;
}

}  // namespace

MemFiles::MemFiles(ports::Clock& clock) : clock_(clock) {
  nodes_["/"] = {FileType::folder, "", 0755, 0, 0, clock_.now(), true, ++last_inode_};
}

MemFiles::Node& MemFiles::add(const std::string& at, FileType type, std::string text,
                              unsigned mode) {
  // As on disk: a folder with the set-group-id bit gives its group to what is made in it.
  const auto folder = nodes_.find(parentOf(at));
  const bool inherits = folder != nodes_.end() && (folder->second.mode & 02000) != 0;
  const unsigned group = inherits ? folder->second.group : uid_;
  return nodes_[at] = {type, std::move(text), mode, uid_, group, clock_.now(), true, ++last_inode_};
}

void MemFiles::putFolder(const std::string& path, unsigned mode, unsigned owner) {
  if (path != "/" && !nodes_.contains(parentOf(path))) putFolder(parentOf(path));
  Node& made = add(path, FileType::folder, "", mode);
  made.owner = made.group = owner;
}

void MemFiles::put(const std::string& path, std::string text, unsigned mode, unsigned owner) {
  if (!nodes_.contains(parentOf(path))) putFolder(parentOf(path));
  Node& made = add(path, FileType::file, std::move(text), mode);
  made.owner = made.group = owner;
}

void MemFiles::putUnsynced(const std::string& path, std::string text, unsigned mode) {
  put(path, std::move(text), mode);
  nodes_[path].synced = false;
}

void MemFiles::putLink(const std::string& path, const std::string& target) {
  if (!nodes_.contains(parentOf(path))) putFolder(parentOf(path));
  add(path, FileType::link, target, 0777);
}

void MemFiles::failAt(int nth, int error) {
  fail_at_ = nth;
  fail_error_ = error;
}

void MemFiles::losePower() {
  ++power_;
  locked_.clear();
  for (auto& [path, node] : nodes_) {
    if (!node.synced) node.text.clear();
    node.synced = true;
  }
}

const std::string& MemFiles::text(const std::string& path) const {
  const auto found = nodes_.find(path);
  if (found == nodes_.end()) throw trouble("can't read " + path, ENOENT);
  return found->second.text;
}

std::vector<std::string> MemFiles::paths() const {
  std::vector<std::string> all;
  for (const auto& [path, node] : nodes_) all.push_back(path);
  return all;
}

std::optional<std::string> MemFiles::follow(const std::string& path, int depth) const {
  if (depth > 40) throw trouble("can't resolve " + path, ELOOP);
  std::string at = "/";
  for (const std::string& name : core::split(path, '/')) {
    if (name.empty() || name == ".") continue;
    const Node& folder = nodes_.at(at);
    if (folder.type != FileType::folder) return std::nullopt;
    if (!allowed(folder, 'x')) throw trouble("can't enter " + at, EACCES);
    if (name == "..") {
      at = parentOf(at);
      continue;
    }
    const auto found = nodes_.find(fakes::below(at, name));
    if (found == nodes_.end()) return std::nullopt;
    if (found->second.type != FileType::link) {
      at = found->first;
      continue;
    }
    const std::string& target = found->second.text;
    const auto real =
        follow(target.starts_with('/') ? target : fakes::below(at, target), depth + 1);
    if (!real) return std::nullopt;
    at = *real;
  }
  return at;
}

std::string MemFiles::place(const std::string& given, const std::string& deed) const {
  const std::string path = given.substr(0, given.find_last_not_of('/') + 1);
  const std::string name = path.empty() ? "" : nameOf(path);
  if (!path.starts_with('/') || name.empty() || name == "." || name == "..") {
    throw core::Error(core::Kind::usage,
                      "\"" + given + "\" is no absolute path of a file or folder");
  }
  const auto folder = follow(parentOf(path));
  if (!folder) throw trouble(deed, ENOENT);
  if (nodes_.at(*folder).type != FileType::folder) throw trouble(deed, ENOTDIR);
  if (!allowed(nodes_.at(*folder), 'x')) throw trouble(deed, EACCES);
  return fakes::below(*folder, name);
}

MemFiles::Node& MemFiles::node(const std::string& path, const std::string& deed) {
  if (path == "/") return nodes_.at("/");
  const auto found = nodes_.find(place(path, deed));
  if (found == nodes_.end()) throw trouble(deed, ENOENT);
  return found->second;
}

MemFiles::Node& MemFiles::plainFile(const std::string& path, const std::string& deed) {
  Node& found = node(path, deed);
  if (found.type == FileType::link) throw trouble(deed, ELOOP);
  if (found.type != FileType::file)
    throw core::Error(core::Kind::refused, path + " is no plain file");
  return found;
}

MemFiles::Node& MemFiles::folderNode(const std::string& path, const std::string& deed) {
  Node& found = node(path, deed);
  if (found.type == FileType::link) throw trouble(deed, ELOOP);
  if (found.type != FileType::folder)
    throw core::Error(core::Kind::refused, path + " is no folder");
  return found;
}

bool MemFiles::allowed(const Node& node, char right) const {
  const unsigned bit = right == 'r' ? 4 : right == 'w' ? 2 : 1;
  if (uid_ == 0) return right != 'x' || node.type == FileType::folder || (node.mode & 0111) != 0;
  return ((node.owner == uid_ ? node.mode >> 6 : node.mode) & bit) != 0;
}

void MemFiles::need(const Node& node, char right, const std::string& deed) const {
  if (!allowed(node, right)) throw trouble(deed, EACCES);
}

ports::FileInfo MemFiles::describe(const std::string& path, const Node& node) const {
  ports::FileInfo info;
  info.name = nameOf(path);
  info.type = node.type;
  info.bytes = node.text.size();
  info.mode = node.mode;
  info.owner = node.owner;
  info.group = node.group;
  info.changed = node.changed;
  for (const auto& [name, uid] : accounts_) {
    if (uid == node.owner) info.owner_name = name;
  }
  for (const auto& [name, gid] : groups_) {
    if (gid == node.group) info.group_name = name;
  }
  info.device = 1;
  info.inode = node.inode;
  return info;
}

std::vector<std::string> MemFiles::below(const std::string& at) const {
  const std::string front = at == "/" ? at : at + "/";
  std::vector<std::string> all;
  for (auto it = nodes_.upper_bound(front); it != nodes_.end() && it->first.starts_with(front);
       ++it) {
    all.push_back(it->first);
  }
  return all;
}

std::optional<ports::FileInfo> MemFiles::info(const std::string& path) {
  try {
    const Node& found = node(path, "can't look at " + path);
    return describe(path, found);
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::not_found) return std::nullopt;
    throw;
  }
}

std::vector<ports::FileInfo> MemFiles::list(const std::string& folder) {
  const std::string deed = "can't list " + folder;
  need(folderNode(folder, deed), 'r', deed);
  const std::string at = folder == "/" ? folder : place(folder, deed);
  std::vector<ports::FileInfo> all;
  for (const std::string& path : below(at)) {
    if (parentOf(path) == at) all.push_back(describe(path, nodes_.at(path)));
  }
  return all;
}

std::string MemFiles::read(const std::string& path) {
  const std::string deed = "can't read " + path;
  const auto real = follow(path);
  if (!real) throw trouble(deed, ENOENT);
  const Node& found = nodes_.at(*real);
  if (found.type != FileType::file)
    throw core::Error(core::Kind::refused, path + " is no plain file");
  need(found, 'r', deed);
  if (found.text.size() > 16 << 20)
    throw core::Error(core::Kind::unexpected, path + " is over 17 MB");
  return found.text;
}

std::unique_ptr<core::Source> MemFiles::open(const std::string& path) {
  const std::string deed = "can't open " + path;
  const Node& found = plainFile(path, deed);
  need(found, 'r', deed);
  return std::make_unique<core::StringSource>(found.text);
}

std::string MemFiles::linkTarget(const std::string& path) {
  const Node& found = node(path, "can't read the link " + path);
  if (found.type != FileType::link) throw core::Error(core::Kind::refused, path + " is no link");
  return found.text;
}

std::optional<std::string> MemFiles::resolve(const std::string& path) { return follow(path); }

std::uint64_t MemFiles::freeBytes(const std::string& folder) {
  if (!follow(folder)) throw trouble("can't look at " + folder, ENOENT);
  return free_;
}

bool MemFiles::may(const std::string& path, char right) {
  try {
    const auto real = follow(path);
    if (!real) throw trouble("can't look at " + path, ENOENT);
    return allowed(nodes_.at(*real), right);
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::denied) return false;
    throw;
  }
}

}  // namespace fakes
