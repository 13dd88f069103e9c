#include "lib/discover/roots.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace discover {
namespace {

constexpr std::array<const char*, 5> kUsualFolders{
    "/opt/netbox", "/srv/netbox", "/usr/share/netbox", "/opt/nautobot", "/srv/nautobot"};

bool isNumber(const std::string& name) {
  return !name.empty() && name.find_first_not_of("0123456789") == std::string::npos;
}

/// Whether a process is an application server or a worker of one of the products.
bool servesApplication(const std::string& command_line) {
  constexpr std::array<std::string_view, 6> kWords{"netbox.wsgi",      "manage.py rqworker",
                                                   "netbox/manage.py", "nautobot-server",
                                                   "nautobot.core",    "netbox/uwsgi"};
  return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) {
    return command_line.find(word) != std::string::npos;
  });
}

/// Folders that a command line names: "/opt/netbox/netbox/manage.py" gives /opt/netbox/netbox and
/// what lies above it.
std::vector<std::string> foldersIn(const std::string& command_line) {
  std::vector<std::string> folders;
  for (const std::string& word : core::split(command_line, ' ')) {
    const auto slash = word.find('/');
    if (slash == std::string::npos) continue;
    std::string path = word.substr(slash);
    for (int up = 0; up < 4 && path.size() > 1; ++up) {
      folders.push_back(path);
      path = path.substr(0, path.rfind('/'));
    }
  }
  return folders;
}

/// Asks for something that may be denied: then, as for a process that has just ended, nothing.
template <typename Get>
std::string orNothing(const Get& get, bool& denied) {
  try {
    return get();
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    denied = denied || error.kind() == core::Kind::denied;
    return {};
  }
}

class Finder {
 public:
  Finder(ports::World& world, std::vector<core::CheckResult>& gaps) : world_(world), gaps_(gaps) {}

  void consider(const std::string& folder, const std::string& found_by) {
    if (!folder.starts_with('/')) return;
    try {
      auto root = rootAt(world_.files, folder, found_by);
      if (!root || isSandbox(root->path)) return;
      const auto real = world_.files.resolve(root->path);
      if (real && seen_.insert(*real).second) roots_.push_back(std::move(*root));
    } catch (const core::Error& error) {
      if (error.kind() == core::Kind::interrupted) throw;
      gaps_.push_back({"discover.folder", folder, core::Outcome::unknown, error.what(), "",
                       "Run this as root, or as an account that may enter the folder."});
    }
  }

  void processes() {
    bool denied = false;
    const std::string proc = "/proc";
    if (!world_.files.info(proc)) return;
    for (const auto& entry : world_.files.list(proc)) {
      if (!isNumber(entry.name)) continue;
      const std::string folder = proc + "/" + entry.name;
      bool ignored = false;
      std::string line = orNothing([&] { return world_.files.read(folder + "/cmdline"); }, ignored);
      std::replace(line.begin(), line.end(), '\0', ' ');
      if (!servesApplication(line)) continue;
      const std::string by = "process " + entry.name;
      consider(orNothing([&] { return world_.files.linkTarget(folder + "/cwd"); }, denied), by);
      for (const std::string& named : foldersIn(line)) consider(named, by);
    }
    if (denied && roots_.empty()) {
      gaps_.push_back({"discover.processes", "folders of running application servers",
                       core::Outcome::unknown, "other people's processes don't show theirs", "",
                       "Run this as root, or as the account of the application."});
    }
  }

  std::vector<Root> take() { return std::move(roots_); }

 private:
  /// A sandbox is operated by its own configuration, which lies beside its installation; found
  /// here it would be taken for production.
  bool isSandbox(const std::string& root) {
    return world_.files.info(root.substr(0, root.rfind('/')) + "/sotctl.toml").has_value();
  }

  ports::World& world_;
  std::vector<core::CheckResult>& gaps_;
  std::vector<Root> roots_;
  std::set<std::string> seen_;
};

}  // namespace

std::optional<Root> rootAt(ports::Files& files, const std::string& folder,
                           const std::string& found_by) {
  std::string path = folder;
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  const auto has = [&](const std::string& name) { return files.info(path + name).has_value(); };
  if (has("/netbox/manage.py") || has("/netbox/netbox/settings.py")) {
    return Root{config::Product::netbox, path, found_by};
  }
  if (has("/manage.py") && has("/netbox/settings.py")) {
    return Root{config::Product::netbox, path.substr(0, path.rfind('/')), found_by};
  }
  if (has("/nautobot_config.py")) return Root{config::Product::nautobot, path, found_by};
  return std::nullopt;
}

std::vector<Root> findRoots(ports::World& world, const std::vector<service::Unit>& units,
                            std::vector<core::CheckResult>& gaps) {
  Finder finder(world, gaps);
  for (const auto& unit : units) {
    finder.consider(unit.folder, "unit " + unit.name);
    for (const std::string& named : foldersIn(unit.command)) {
      finder.consider(named, "unit " + unit.name);
    }
  }
  for (const char* folder : kUsualFolders) finder.consider(folder, "usual folder");
  finder.processes();
  return finder.take();
}

}  // namespace discover
