#include "tests/fakes/trees.hpp"

#include <algorithm>
#include <cerrno>
#include <stdexcept>

#include "lib/core/error.hpp"

namespace fakes {
namespace {

std::string parentOf(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string below(const std::string& folder, const std::string& name) {
  return (folder == "/" ? "" : folder) + "/" + name;
}

unsigned bitOf(char right) { return right == 'r' ? 4 : right == 'w' ? 2 : 1; }

}  // namespace

void FakeTrees::add(const std::string& path, ports::FileType type, unsigned mode, unsigned uid,
                    unsigned gid) {
  if (!things_.contains(parentOf(path))) throw std::logic_error("no parent of " + path);
  things_[path] = {{type, mode, uid, gid}, next_inode_++};
}

void FakeTrees::addAccount(const std::string& name, ports::Identity identity) {
  groups_[name] = identity.gid;
  accounts_[name] = std::move(identity);
}

ports::Attributes& FakeTrees::at(const std::string& path) { return things_.at(path).attributes; }

ports::Node FakeTrees::nodeOf(const std::string& path, const Thing& thing, bool root) const {
  const std::string_view whole(things_.find(path)->first);
  const auto links = links_.find(path);
  return {root ? "" : whole.substr(whole.rfind('/') + 1), thing.attributes, 1, thing.inode,
          links == links_.end() ? 1 : links->second,      core::Time{}};
}

void FakeTrees::walkFolder(const std::string& path, ports::TreeVisitor& visitor) {
  if (hidden_.contains(path)) return visitor.missed("", "permission denied");
  for (const auto& [name, thing] : things_) {
    if (name == "/" || parentOf(name) != path) continue;
    const ports::Node node = nodeOf(name, thing, false);
    if (thing.attributes.type != ports::FileType::folder) {
      visitor.visit(node);
    } else if (visitor.enter(node, false)) {
      walkFolder(name, visitor);
      visitor.leave();
    }
  }
}

void FakeTrees::walk(const std::string& root, ports::TreeVisitor& visitor) {
  const auto found = things_.find(root);
  if (found == things_.end()) throw core::Error(core::Kind::not_found, "can't open " + root);
  const ports::Node node = nodeOf(root, found->second, true);
  if (found->second.attributes.type != ports::FileType::folder) return visitor.visit(node);
  if (!visitor.enter(node, false)) return;
  walkFolder(root, visitor);
  visitor.leave();
}

std::optional<ports::Attributes> FakeTrees::attributes(const std::string& path) {
  const auto found = things_.find(path);
  if (found == things_.end()) return std::nullopt;
  return found->second.attributes;
}

std::optional<ports::Identity> FakeTrees::account(const std::string& name) {
  const auto found = accounts_.find(name);
  if (found == accounts_.end()) return std::nullopt;
  return found->second;
}

std::optional<unsigned> FakeTrees::group(const std::string& name) {
  const auto found = groups_.find(name);
  if (found == groups_.end()) return std::nullopt;
  return found->second;
}

std::string FakeTrees::accountName(unsigned uid) {
  for (const auto& [name, identity] : accounts_) {
    if (identity.uid == uid) return name;
  }
  return "";
}

std::string FakeTrees::groupName(unsigned gid) {
  for (const auto& [name, number] : groups_) {
    if (number == gid) return name;
  }
  return "";
}

bool FakeTrees::allows(const ports::Identity& who, const std::string& path, char right) {
  const ports::Attributes& seen = things_.at(path).attributes;
  if (who.uid == 0) return right != 'x' || (seen.mode & 0111) != 0;
  const bool member = who.gid == seen.gid ||
                      std::find(who.groups.begin(), who.groups.end(), seen.gid) != who.groups.end();
  const unsigned shift = who.uid == seen.uid ? 6 : member ? 3 : 0;
  return ((seen.mode >> shift) & bitOf(right)) != 0;
}

std::vector<ports::AccessAnswer> FakeTrees::access(
    const ports::Identity& who, int, const std::vector<ports::AccessQuestion>& questions) {
  std::vector<ports::AccessAnswer> answers;
  for (const ports::AccessQuestion& question : questions) {
    ports::AccessAnswer answer{true, 0, ""};
    if (!things_.contains(question.path)) answer = {false, ENOENT, "no such file or directory"};
    for (std::string parent = question.path; answer.allowed && parent != "/";) {
      parent = parentOf(parent);
      if (!allows(who, parent, 'x')) answer = {false, EACCES, "permission denied"};
    }
    for (const char right : question.rights) {
      if (answer.allowed && !allows(who, question.path, right)) {
        answer = {false, EACCES, "permission denied"};
      }
      for (const std::string& denied : denied_) {
        if (right == 'w' && question.path.starts_with(denied)) {
          answer = {false, EROFS, "read-only file system"};
        }
      }
    }
    answers.push_back(answer);
  }
  return answers;
}

ports::WriteTrial FakeTrees::tryWrite(const ports::Identity& who, int inside,
                                      const std::string& folder) {
  const ports::AccessAnswer answer = access(who, inside, {{folder, "wx"}}).front();
  if (answer.allowed) return {true};
  return {false, "create", answer.words, ""};
}

std::vector<ports::Changed> FakeTrees::change(const std::string& root,
                                              const std::vector<ports::AttributeChange>& changes) {
  if (!things_.contains(root)) throw core::Error(core::Kind::not_found, "can't open " + root);
  std::vector<ports::Changed> results;
  for (const ports::AttributeChange& change : changes) {
    const std::string path = change.path.empty() ? root : below(root, change.path);
    const auto found = things_.find(path);
    if (found == things_.end() || found->second.inode != change.inode) {
      results.push_back(ports::Changed::gone);
      continue;
    }
    ports::Attributes& now = found->second.attributes;
    if (now == change.to) {
      results.push_back(ports::Changed::already);
    } else if (links_.contains(path) || now.type == ports::FileType::other ||
               now.type == ports::FileType::link) {
      results.push_back(ports::Changed::unsafe);
    } else if (!ports::isBegun(change, now)) {
      results.push_back(ports::Changed::other);
    } else {
      now = change.to;
      ++changes_;
      results.push_back(ports::Changed::done);
    }
  }
  return results;
}

}  // namespace fakes
