#include "lib/migrations/tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "lib/application/installation.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/migrations/facts.hpp"
#include "lib/migrations/read_file.hpp"

namespace migrations {
namespace {

bool exists(ports::Files& files, const std::string& path) {
  return files.resolve(path).has_value();
}

/// site-packages of a virtual environment.
std::vector<std::string> sitePackages(ports::Files& files, const std::string& environment) {
  std::vector<std::string> found;
  const auto lib = files.resolve(environment + "/lib");
  if (!lib || files.info(*lib)->type != ports::FileType::folder) return found;
  for (const auto& python : files.list(*lib)) {
    const std::string packages = *lib + "/" + python.name + "/site-packages";
    if (python.name.starts_with("python") && exists(files, packages)) found.push_back(packages);
  }
  return found;
}

/// The version that pip noted beside a package: of "Django-4.0.7.dist-info".
std::string packageVersion(ports::Files& files, const std::vector<std::string>& packages,
                           std::string_view wanted) {
  for (const std::string& folder : packages) {
    for (const auto& entry : files.list(folder)) {
      const std::string_view name = entry.name;
      const auto dash = name.find('-');
      if (dash == std::string_view::npos || !name.ends_with(".dist-info")) continue;
      std::string lower(name.substr(0, dash));
      for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      if (lower == wanted) return std::string(name.substr(dash + 1, name.size() - dash - 11));
    }
  }
  return {};
}

class Reader {
 public:
  Reader(ports::Files& files, const CodePlace& place) : files_(files), place_(place) {
    code_.root = place.root;
  }

  Code read() {
    refuseMissingRoot();
    findEnvironment();
    findProduct();
    readSettings();
    readConfiguration();
    readVersion();
    assumeDjango();
    for (const AppEntry& entry : entries_) addApp(entry);
    for (const App& app : code_.apps) readApp(app);
    return std::move(code_);
  }

 private:
  void refuseMissingRoot() {
    const auto root = files_.resolve(place_.root);
    if (!root || files_.info(*root)->type != ports::FileType::folder) {
      throw core::Error(core::Kind::not_found, fmt::format("{} is no folder", place_.root),
                        "Name the folder of an installation or of a checkout.");
    }
  }

  void findEnvironment() {
    const auto bin = place_.interpreter.rfind("/bin/");
    if (bin != std::string::npos)
      packages_ = sitePackages(files_, place_.interpreter.substr(0, bin));
    if (packages_.empty()) packages_ = sitePackages(files_, place_.root + "/venv");
    if (packages_.empty()) packages_ = sitePackages(files_, place_.root);
    code_.environment = !packages_.empty();
    if (!code_.environment) {
      code_.doubts.push_back({place_.root, 0,
                              "no virtual environment was found: only the "
                              "product's own migrations are known"});
    }
    code_.django = packageVersion(files_, packages_, "django");
  }

  void findProduct() {
    const std::string netbox = place_.root + "/netbox/netbox/settings.py";
    std::string nautobot = place_.root + "/nautobot/core/settings.py";
    for (const std::string& packages : packages_) {
      if (exists(files_, packages + "/nautobot/core/settings.py")) {
        nautobot = packages + "/nautobot/core/settings.py";
      }
    }
    const bool has_netbox = exists(files_, netbox);
    const bool has_nautobot = exists(files_, nautobot);
    const auto wanted = place_.product;
    if (has_netbox && has_nautobot && !wanted) {
      throw core::Error(
          core::Kind::refused,
          fmt::format("{} has two products: {} and {}", place_.root, netbox, nautobot),
          "Say which one with --product.");
    }
    if (has_netbox && wanted != config::Product::nautobot) {
      code_.product = config::Product::netbox;
      settings_ = netbox;
      paths_.push_back(place_.root + "/netbox");
    } else if (has_nautobot && wanted != config::Product::netbox) {
      code_.product = config::Product::nautobot;
      settings_ = nautobot;
      paths_.push_back(nautobot.substr(
          0, nautobot.size() - std::string_view("/nautobot/core/settings.py").size()));
    } else {
      throw core::Error(core::Kind::not_found,
                        fmt::format("{} has neither netbox/netbox/settings.py nor "
                                    "nautobot/core/settings.py",
                                    place_.root),
                        "Name the folder of an installation or of a checkout of the product.");
    }
    product_path_ = paths_.front();
    paths_.insert(paths_.end(), packages_.begin(), packages_.end());
  }

  void readSettings() {
    SettingsApps apps = readSettingsApps(files_.read(settings_), settings_);
    entries_ = std::move(apps.entries);
    code_.user_model = std::move(apps.user_model);
    if (entries_.empty()) {
      code_.doubts.push_back({settings_, 0, "names no INSTALLED_APPS"});
    }
  }

  void readConfiguration() {
    std::string path = place_.settings;
    if (path.empty()) {
      path = code_.product == config::Product::netbox
                 ? place_.root + "/netbox/netbox/configuration.py"
                 : place_.root + "/nautobot_config.py";
    }
    try {
      if (!exists(files_, path)) {
        code_.doubts.push_back({path, 0, "does not exist: the plugins are not known"});
        code_.plugins_known = false;
        return;
      }
      const std::size_t doubts = code_.doubts.size();
      const auto plugins = readPlugins(files_.read(path), path, code_.doubts);
      code_.plugins_known = code_.doubts.size() == doubts;
      entries_.insert(entries_.end(), plugins.begin(), plugins.end());
    } catch (const core::Error& error) {
      code_.plugins_known = false;
      code_.doubts.push_back({path, 0, fmt::format("the plugins are not known: {}", error.what())});
    }
  }

  void addApp(const AppEntry& entry) {
    const auto found = findApp(files_, paths_, entry.name);
    if (!found) {
      if (!entry.perhaps) code_.not_found.push_back(entry.name);
      return;
    }
    // A plugin's own applications come before it, as NetBox puts them.
    for (const std::string& other : found->brings) {
      if (other != entry.name) addApp({other, true, entry.perhaps});
    }
    if (code_.app(found->label) != nullptr) return;
    App app{found->label, found->package, {}, false, entry.plugin, entry.perhaps};
    const bool own = found->folder.starts_with(product_path_ + "/");
    app.core = own && (code_.product == config::Product::netbox ||
                       found->package.starts_with("nautobot."));
    const auto folder = files_.resolve(found->folder + "/migrations");
    if (folder && files_.info(*folder)->type == ports::FileType::folder) app.folder = *folder;
    code_.apps.push_back(std::move(app));
  }

  void readApp(const App& app) {
    if (app.folder.empty()) return;
    for (const auto& file : files_.list(app.folder)) {
      if (!file.name.ends_with(".py") || file.type == ports::FileType::folder) continue;
      if (file.name[0] == '_' || file.name[0] == '~') continue;  // as Django's loader does
      const std::string name = file.name.substr(0, file.name.size() - 3);
      const std::string path = app.folder + "/" + file.name;
      code_.migrations.push_back(readOne(app, {app.label, name}, path));
      const Migration& read = code_.migrations.back();
      code_.doubts.insert(code_.doubts.end(), read.doubts.begin(), read.doubts.end());
    }
  }

  /// What is wrong in somebody else's file must not hide what the product's own say.
  Migration readOne(const App& app, Key key, const std::string& path) {
    try {
      return readMigration(files_.read(path), key, path);
    } catch (const core::Error& error) {
      if (app.core || error.kind() != core::Kind::corrupt) throw;
      Migration unread{std::move(key)};
      unread.path = path;
      unread.doubts.push_back({path, 0, "can't be read: " + std::string(error.what())});
      return unread;
    }
  }

  /// Which Django a release uses is known where no environment says it.
  void assumeDjango() {
    const Facts& facts = Facts::of(code_.product);
    const auto release = facts.find(code_.version);
    if (code_.django.empty() && release) code_.django = facts.releases()[*release].django;
  }

  void readVersion() {
    const application::Installation installation{
        code_.product,
        place_.root,
        {},
        place_.interpreter.empty() ? place_.root + "/venv/bin/python3" : place_.interpreter};
    code_.version = application::installedVersion(files_, installation).value.value_or("");
    // A checkout has no installed package, and old settings are changed by way of globals().
    const bool netbox = code_.product == config::Product::netbox;
    const std::string file =
        place_.root + (netbox ? "/netbox/netbox/settings.py" : "/pyproject.toml");
    const std::string_view before = netbox ? "VERSION = '" : "version = \"";
    if (!code_.version.empty() || !exists(files_, file)) return;
    for (const std::string& line : core::split(files_.read(file), '\n')) {
      if (!line.starts_with(before)) continue;
      code_.version =
          line.substr(before.size(), line.find(before.back(), before.size()) - before.size());
      return;
    }
  }

  ports::Files& files_;
  const CodePlace& place_;
  Code code_;
  std::vector<std::string> packages_;
  std::vector<std::string> paths_;
  std::string product_path_;
  std::string settings_;
  std::vector<AppEntry> entries_;
};

}  // namespace

const App* Code::app(const std::string& label) const {
  const auto found =
      std::find_if(apps.begin(), apps.end(), [&](const App& one) { return one.label == label; });
  return found == apps.end() ? nullptr : &*found;
}

const Migration* Code::find(const Key& key) const {
  const auto found = std::find_if(migrations.begin(), migrations.end(),
                                  [&](const Migration& one) { return one.key == key; });
  return found == migrations.end() ? nullptr : &*found;
}

Code readCode(ports::Files& files, const CodePlace& place) { return Reader(files, place).read(); }

}  // namespace migrations
