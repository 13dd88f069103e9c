#include "lib/sandbox/folder.hpp"

#include <fmt/format.h>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace sandbox {
namespace {

// The name of a socket has room for 107 bytes (unix(7)); ours ends in "/run/.s.PGSQL.31999".
constexpr std::size_t kLongestFolder = 85;

constexpr const char* kAllowed =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+/";

std::string parentOf(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

}  // namespace

Layout checkFolder(ports::Files& files, const std::string& folder) {
  if (!folder.starts_with('/') || folder.find_first_not_of(kAllowed) != std::string::npos) {
    throw core::Error(core::Kind::usage,
                      fmt::format("a sandbox can't be in '{}'", core::printable(folder)),
                      "Its folder is a whole path of letters, digits and . _ - + alone.");
  }
  std::string path = folder;
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  // The part that exists, without links: what is compared and deleted later is the real folder.
  std::string rest;
  std::string existing = path;
  while (!files.info(existing) && existing.size() > 1) {
    rest = existing.substr(existing.rfind('/')) + rest;
    existing = parentOf(existing);
  }
  const auto resolved = files.resolve(existing);
  if (!resolved) {
    throw core::Error(core::Kind::refused, existing + " is a link that leads nowhere");
  }
  Layout layout{(*resolved == "/" ? "" : *resolved) + rest};
  if (layout.root.empty() || layout.root.find("/../") != std::string::npos ||
      layout.root.ends_with("/..")) {
    throw core::Error(core::Kind::usage,
                      fmt::format("a sandbox can't be in '{}'", core::printable(folder)));
  }
  if (layout.root.size() > kLongestFolder) {
    throw core::Error(core::Kind::usage,
                      fmt::format("the folder's name has {} characters, and the sockets in it have "
                                  "room for {}: {}",
                                  layout.root.size(), kLongestFolder, layout.root),
                      "Choose a shorter one with --dir.");
  }
  return layout;
}

void refuseForeign(const Layout& layout, const State& state) {
  if (!state.folder.empty() && state.folder != layout.root) {
    throw core::Error(core::Kind::refused,
                      fmt::format("{} is a copy of the sandbox in {}", layout.root, state.folder),
                      "Only the original can be used. Delete the copy by hand.");
  }
  throw core::Error(core::Kind::refused,
                    fmt::format("{} holds something that is not a sandbox", layout.root),
                    "Name an empty or new folder with --dir.");
}

State requireOurs(ports::Files& files, const Layout& layout) {
  State state;
  switch (look(files, layout, state)) {
    case Found::ours:
      return state;
    case Found::foreign:
      refuseForeign(layout, state);
    case Found::nothing:
      break;
  }
  throw core::Error(core::Kind::not_found, "there is no sandbox in " + layout.root,
                    "Make one with: sotctl sandbox up --dir " + layout.root);
}

std::unique_ptr<ports::FileLock> lockFolder(ports::Files& files, const Layout& layout) {
  auto lock = files.lock(layout.lock());
  // A `down` that held it has deleted the folder with the file.
  if (lock && files.info(layout.lock())) return lock;
  throw core::Error(core::Kind::locked,
                    "another sotctl is at work on the sandbox in " + layout.root,
                    "Wait until it is done, then try again.");
}

void requireOwner(const ports::World& world, const Layout& layout, const State& state) {
  const auto owner = world.files.info(layout.marker());
  if (!owner || owner->owner == world.caller.uid) return;
  throw core::Error(core::Kind::denied,
                    fmt::format("the sandbox in {} belongs to {}, and this is {}", layout.root,
                                owner->owner_name.empty() ? state.account : owner->owner_name,
                                world.caller.account),
                    "Run it as " + owner->owner_name + ".");
}

void requireEnterable(Site& site) {
  if (site.otherAccount().empty()) return;
  std::string path = site.layout.root;
  while (!site.world.files.info(path)) path = parentOf(path);
  ports::Command command{{"test", "-x", path}};
  command.user = site.state.account;
  command.mutates = false;
  if (site.world.shell.run(command).ok()) return;
  throw core::Error(
      core::Kind::refused,
      fmt::format("account {}, which the servers run as, can't enter {}", site.state.account, path),
      "Choose a folder whose parents everybody can enter, for example with --dir "
      "/var/lib/sotctl-sandbox.");
}

void makeFolderWithParents(ports::Files& files, const std::string& path) {
  if (files.info(path)) return;
  makeFolderWithParents(files, parentOf(path));
  files.makeFolder(path, 0755);
}

}  // namespace sandbox
