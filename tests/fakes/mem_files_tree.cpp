#include <cerrno>

#include "lib/adapters/trouble.hpp"
#include "lib/core/text.hpp"
#include "tests/fakes/mem_files.hpp"

namespace fakes {

using adapters::trouble;
using ports::FileType;

class MemTreeFile : public ports::TreeFile {
 public:
  MemTreeFile(MemFiles& files, std::string at) : files_(files), at_(std::move(at)) {}
  void write(std::string_view bytes) override {
    files_.spend(bytes.size(), "can't write " + at_);
    files_.nodes_.at(at_).text.append(bytes);
  }
  void finish() override { files_.nodes_.at(at_).synced = true; }
  std::string dress(const ports::FileInfo& as) override {
    return files_.dress(files_.nodes_.at(at_), as);
  }

 private:
  MemFiles& files_;
  std::string at_;
};

class MemTree : public ports::Tree {
 public:
  MemTree(MemFiles& files, std::string root) : files_(files), root_(std::move(root)) {}

  std::optional<ports::FileInfo> info(const std::string& below) override {
    try {
      return files_.info(at(below));
    } catch (const core::Error& error) {
      if (error.kind() == core::Kind::not_found) return std::nullopt;
      throw;
    }
  }
  std::vector<ports::FileInfo> list(const std::string& below) override {
    return files_.list(at(below));
  }
  std::unique_ptr<core::Source> open(const std::string& below) override {
    return files_.open(at(below));
  }
  std::string linkTarget(const std::string& below) override { return files_.linkTarget(at(below)); }
  void makeFolder(const std::string& below) override {
    add(below, "can't make folder ", FileType::folder, "", 0700);
  }
  std::unique_ptr<ports::TreeFile> create(const std::string& below) override {
    add(below, "can't write ", FileType::file, "", 0600);
    return std::make_unique<MemTreeFile>(files_, at(below));
  }
  void makeLink(const std::string& below, const std::string& target) override {
    add(below, "can't make the link ", FileType::link, target, 0777);
  }
  std::string dress(const std::string& below, const ports::FileInfo& as) override {
    return files_.dress(files_.node(at(below), "can't open " + at(below)), as);
  }
  void sync() override { files_.syncTree(root_); }

 private:
  /// The whole path; no part of it between the root and the last name is a link.
  std::string at(const std::string& below) const {
    if (below.empty()) return root_;
    std::string path = root_;
    for (const std::string& name : core::split(below, '/')) {
      if (name.empty() || name == "." || name == "..") {
        throw core::Error(core::Kind::usage, "\"" + below + "\" names nothing below a folder");
      }
      if (path != root_) {
        const auto found = files_.nodes_.find(path);
        if (found == files_.nodes_.end()) throw trouble("can't open " + path, ENOENT);
        if (found->second.type == FileType::link) throw trouble("can't open " + path, ELOOP);
        if (found->second.type != FileType::folder) {
          throw core::Error(core::Kind::refused, path + " is no folder");
        }
      }
      path += "/" + name;
    }
    return path;
  }
  void add(const std::string& below, const std::string& what, FileType type, std::string text,
           unsigned mode) {
    const std::string path = at(below);
    const std::string deed = what + path;
    if (files_.nodes_.contains(files_.place(path, deed))) throw trouble(deed, EEXIST);
    files_.needWritableParent(path, deed);
    files_.change("add " + path, deed);
    files_.add(path, type, std::move(text), mode).synced = type == FileType::folder;
  }

  MemFiles& files_;
  std::string root_;
};

std::string MemFiles::dress(Node& node, const ports::FileInfo& as) const {
  if (node.type != FileType::link) node.mode = as.mode;
  node.changed = as.changed;
  if (uid_ != 0 && (uid_ != as.owner || uid_ != as.group)) {
    return "owner " + as.owner_name + ":" + as.group_name;
  }
  const auto known = [](const auto& numbers, const std::string& name, unsigned otherwise) {
    const auto found = numbers.find(name);
    return found == numbers.end() ? otherwise : found->second;
  };
  node.owner = known(accounts_, as.owner_name, as.owner);
  node.group = known(groups_, as.group_name, as.group);
  return {};
}

std::unique_ptr<ports::Tree> MemFiles::tree(const std::string& folder) {
  const std::string deed = "can't open " + folder;
  need(folderNode(folder, deed), 'r', deed);
  return std::make_unique<MemTree>(*this, folder == "/" ? folder : place(folder, deed));
}

void MemFiles::exchange(const std::string& one, const std::string& other) {
  const std::string deed = "can't exchange " + one + " with " + other;
  const std::string first = place(one, deed);
  const std::string second = place(other, deed);
  if (!nodes_.contains(first) || !nodes_.contains(second)) throw trouble(deed, ENOENT);
  needWritableParent(first, deed);
  needWritableParent(second, deed);
  change("exchange " + one + " " + other, deed);
  swapNames(first, second);
}

void MemFiles::swapNames(const std::string& one, const std::string& other) {
  std::map<std::string, Node> moved;
  for (const auto& [from, to] : {std::pair(one, other), std::pair(other, one)}) {
    std::vector<std::string> all = below(from);
    all.push_back(from);
    for (const std::string& path : all) {
      auto entry = nodes_.extract(path);
      entry.key() = to + path.substr(from.size());
      moved.insert(std::move(entry));
    }
  }
  nodes_.merge(moved);
}

}  // namespace fakes
