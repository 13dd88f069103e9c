#include <cerrno>

#include "lib/adapters/trouble.hpp"
#include "lib/core/text.hpp"
#include "tests/fakes/mem_files.hpp"

namespace fakes {

using adapters::trouble;
using ports::FileType;

/// As the real one: under a partial name until finish(), nothing left without it.
class MemSink : public ports::FileSink {
 public:
  MemSink(MemFiles& files, std::string at, std::string path, unsigned mode)
      : files_(files), at_(std::move(at)), path_(std::move(path)), mode_(mode) {
    partial_ = at_ + ".partial-1-" + std::to_string(++files_.partial_);
    power_ = files_.power_;
    files_.add(partial_, FileType::file, "", mode_ & 0600).synced = false;
  }
  ~MemSink() override {
    if (!finished_ && power_ == files_.power_) files_.nodes_.erase(partial_);
  }
  MemSink(const MemSink&) = delete;
  MemSink& operator=(const MemSink&) = delete;

  void write(std::string_view bytes) override {
    files_.spend(bytes.size(), "can't write " + path_);
    files_.nodes_.at(partial_).text.append(bytes);
  }
  void finish() override {
    files_.change("create " + path_, "can't write " + path_);
    files_.refuseNotPlain(at_, path_);
    auto entry = files_.nodes_.extract(partial_);
    entry.key() = at_;
    entry.mapped().mode = mode_;
    entry.mapped().synced = true;
    entry.mapped().changed = files_.clock_.now();
    files_.nodes_.erase(at_);
    files_.nodes_.insert(std::move(entry));
    finished_ = true;
  }

 private:
  MemFiles& files_;
  std::string at_, path_, partial_;
  unsigned mode_;
  unsigned power_ = 0;
  bool finished_ = false;
};

class MemLock : public ports::FileLock {
 public:
  MemLock(MemFiles& files, std::string at)
      : files_(files), at_(std::move(at)), power_(files.power_) {}
  ~MemLock() override {
    if (power_ == files_.power_) files_.locked_.erase(at_);
  }
  MemLock(const MemLock&) = delete;
  MemLock& operator=(const MemLock&) = delete;

 private:
  MemFiles& files_;
  std::string at_;
  unsigned power_;
};

void MemFiles::change(const std::string& what, const std::string& deed) {
  if (fail_at_ > 1) {
    --fail_at_;
  } else if (fail_at_ == 1) {
    throw trouble(deed, fail_error_);
  }
  changes_.push_back(what);
}

void MemFiles::spend(std::size_t bytes, const std::string& deed) {
  if (bytes > free_) throw trouble(deed, ENOSPC);
  free_ -= bytes;
}

void MemFiles::refuseNotPlain(const std::string& at, const std::string& path) {
  const auto found = nodes_.find(at);
  if (found == nodes_.end() || found->second.type == FileType::file) return;
  if (found->second.type == FileType::link) throw trouble("can't write " + path, ELOOP);
  throw core::Error(core::Kind::refused, path + " is no plain file");
}

void MemFiles::needWritableParent(const std::string& at, const std::string& deed) {
  const auto slash = at.rfind('/');
  need(nodes_.at(slash == 0 ? "/" : at.substr(0, slash)), 'w', deed);
}

void MemFiles::replace(const std::string& path, std::string_view text, unsigned mode) {
  const std::string deed = "can't write " + path;
  const std::string at = place(path, deed);
  refuseNotPlain(at, path);
  needWritableParent(at, deed);
  spend(text.size(), deed);
  change("replace " + path, deed);
  add(at, FileType::file, std::string(text), mode);
}

std::unique_ptr<ports::FileSink> MemFiles::create(const std::string& path, unsigned mode) {
  const std::string deed = "can't write " + path;
  const std::string at = place(path, deed);
  refuseNotPlain(at, path);
  needWritableParent(at, deed);
  return std::make_unique<MemSink>(*this, at, path, mode);
}

void MemFiles::append(const std::string& path, std::string_view text, unsigned mode) {
  const std::string deed = "can't write " + path;
  const std::string at = place(path, deed);
  refuseNotPlain(at, path);
  if (nodes_.contains(at)) {
    need(nodes_.at(at), 'w', deed);
  } else {
    needWritableParent(at, deed);
  }
  spend(text.size(), deed);
  change("append " + path, deed);
  if (!nodes_.contains(at)) add(at, FileType::file, "", mode);
  nodes_.at(at).text.append(text);
  nodes_.at(at).changed = clock_.now();
}

void MemFiles::truncate(const std::string& path, std::uint64_t bytes) {
  const std::string deed = "can't cut " + path;
  Node& found = plainFile(path, deed);
  need(found, 'w', deed);
  change("truncate " + path, deed);
  found.text.resize(bytes);
  found.changed = clock_.now();
}

void MemFiles::makeFolder(const std::string& given, unsigned mode) {
  const std::string path = given.substr(0, given.find_last_not_of('/') + 1);
  const std::string deed = "can't make folder " + path;
  if (const auto there = info(path)) {
    if (there->type == FileType::folder) return;
    if (there->type == FileType::link) throw trouble(deed, ELOOP);
    throw core::Error(core::Kind::refused, path + " is no folder");
  }
  const std::string parent = path.substr(0, path.rfind('/'));
  if (!parent.empty() && !follow(parent)) makeFolder(parent, 0755);
  const std::string at = place(path, deed);
  needWritableParent(at, deed);
  change("makeFolder " + path, deed);
  add(at, FileType::folder, "", mode);
}

void MemFiles::rename(const std::string& from, const std::string& to) {
  const std::string deed = "can't rename " + from + " to " + to;
  const std::string old_place = place(from, deed);
  const std::string new_place = place(to, deed);
  if (!nodes_.contains(old_place)) throw trouble(deed, ENOENT);
  needWritableParent(old_place, deed);
  needWritableParent(new_place, deed);
  const bool folder = nodes_.at(old_place).type == FileType::folder;
  if (const auto there = nodes_.find(new_place); there != nodes_.end()) {
    const bool onto_folder = there->second.type == FileType::folder;
    if (folder != onto_folder) throw trouble(deed, folder ? ENOTDIR : EISDIR);
    if (onto_folder && !below(new_place).empty()) throw trouble(deed, ENOTEMPTY);
  }
  change("rename " + from + " " + to, deed);
  std::vector<std::string> moved = below(old_place);
  moved.push_back(old_place);
  for (const std::string& path : moved) {
    auto entry = nodes_.extract(path);
    entry.key() = new_place + path.substr(old_place.size());
    nodes_.erase(entry.key());
    nodes_.insert(std::move(entry));
  }
}

void MemFiles::remove(const std::string& path) {
  const std::string deed = "can't remove " + path;
  const std::string at = place(path, deed);
  if (!nodes_.contains(at)) throw trouble(deed, ENOENT);
  if (!below(at).empty()) throw trouble(deed, ENOTEMPTY);
  needWritableParent(at, deed);
  change("remove " + path, deed);
  nodes_.erase(at);
}

void MemFiles::removeTree(const std::string& path) {
  if (!info(path)) return;
  const std::string deed = "can't remove " + path;
  folderNode(path, "can't open " + path);
  const std::string at = place(path, deed);
  needWritableParent(at, deed);
  change("removeTree " + path, deed);
  for (const std::string& each : below(at)) nodes_.erase(each);
  nodes_.erase(at);
}

void MemFiles::setMode(const std::string& path, unsigned mode) {
  const std::string deed = "can't set the mode of " + path;
  Node& found = node(path, deed);
  if (found.type == FileType::link) throw trouble(deed, ELOOP);
  if (uid_ != 0 && uid_ != found.owner) throw trouble(deed, EPERM);
  change("setMode " + path, deed);
  found.mode = mode;
}

void MemFiles::setOwner(const std::string& path, const std::string& owner) {
  const std::string deed = "can't give " + path + " to " + owner;
  const auto number = [](const auto& numbers, const char* what, const std::string& name) {
    const auto found = numbers.find(name);
    if (found != numbers.end()) return found->second;
    throw core::Error(core::Kind::not_found, std::string("no ") + what + name + " on this host");
  };
  const auto colon = owner.find(':');
  const std::string account = owner.substr(0, colon);
  const std::string group = colon == std::string::npos ? "" : owner.substr(colon + 1);
  if (account.empty() && group.empty()) {
    throw core::Error(core::Kind::usage, "neither an account nor a group: '" + owner + "'");
  }
  Node as = node(path, deed);
  // An account's own group has its number here.
  if (!account.empty()) as.owner = as.group = number(accounts_, "account ", account);
  if (!group.empty()) as.group = number(groups_, "group ", group);
  if (uid_ != 0) throw trouble(deed, EPERM);
  change("setOwner " + path + " " + owner, deed);
  node(path, deed) = as;
}

void MemFiles::syncTree(const std::string& folder) {
  const std::string deed = "can't open " + folder;
  folderNode(folder, deed);
  change("syncTree " + folder, deed);
  for (const std::string& each : below(place(folder, deed))) nodes_.at(each).synced = true;
}

std::unique_ptr<ports::FileLock> MemFiles::lock(const std::string& path) {
  const std::string deed = "can't lock " + path;
  const std::string at = place(path, deed);
  refuseNotPlain(at, path);
  if (!locked_.insert(at).second) return nullptr;
  if (!nodes_.contains(at)) add(at, FileType::file, "", 0600);
  return std::make_unique<MemLock>(*this, at);
}

}  // namespace fakes
