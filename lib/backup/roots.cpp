#include "lib/backup/roots.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "lib/application/settings.hpp"
#include "lib/backup/tar.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace backup {
namespace {

using config::Instance;

/// Files of an installation's folder that people write, beside the product's own. NetBox's and
/// Nautobot's installation pages name the first six; netbox-docker the others.
constexpr std::array<std::string_view, 9> kRootFiles{"local_requirements.txt",
                                                     "pyproject.toml",
                                                     "poetry.lock",
                                                     "uv.lock",
                                                     "gunicorn.py",
                                                     "uwsgi.ini",
                                                     "uwsgi.yaml",
                                                     "requirements.txt",
                                                     "plugin_requirements.txt"};
constexpr std::array<std::string_view, 2> kRootFolders{"configuration", "env"};
/// Beside the settings file, where it lies in the product's own code.
constexpr std::array<std::string_view, 4> kBesideSettings{"ldap_config.py", "logging.py",
                                                          "plugins.py", "extra.py"};

std::string parentOf(const std::string& path) {
  return path.substr(0, std::max<std::size_t>(path.rfind('/'), 1));
}

bool isEnvironmentFile(const std::string& name) {
  return name == ".env" || name.starts_with(".env.") || name.ends_with(".env");
}

/// As docker compose looks for them, with the overrides that people add.
bool isComposeFile(const std::string& name) {
  return (name.starts_with("docker-compose") || name.starts_with("compose")) &&
         (name.ends_with(".yml") || name.ends_with(".yaml"));
}

class Finder {
 public:
  Finder(ports::World& world, const Instance& instance)
      : world_(world), files_(world.files), instance_(instance) {}

  Roots find() {
    application::Settings settings;
    try {
      settings = application::readSettings(world_, application::installationOf(instance_));
      roots_.secret_key = settings.secret_key.value.value_or("");
      remarkOn(settings.storage, "whether media is in an object store");
    } catch (const core::Error& error) {
      if (error.kind() == core::Kind::interrupted) throw;
      roots_.remarks.push_back(fmt::format("the settings could not be read: {}", error.what()));
    }
    findMedia(settings);
    findConfiguration();
    return std::move(roots_);
  }

 private:
  void remarkOn(const application::Setting& setting, const std::string& what) {
    if (!setting.value) {
      roots_.remarks.push_back(fmt::format("could not determine {}: {}", what, setting.why));
    }
  }

  void findMedia(const application::Settings& settings) {
    const std::string storage = settings.storage.value.value_or("");
    const std::string folder = settings.media.value.value_or(instance_.media);
    if (!storage.empty()) {
      roots_.undetermined.emplace_back(
          kMedia,
          fmt::format("media is kept by {}, not in the file system", core::printable(storage)));
    } else if (folder.empty()) {
      roots_.undetermined.emplace_back(kMedia, "no media folder is known: " + settings.media.why);
    } else {
      add(kMedia, "media", folder);
    }
    for (const auto& [name, setting] :
         {std::pair("reports", &settings.reports), std::pair("scripts", &settings.scripts),
          std::pair("jobs", &settings.jobs)}) {
      if (setting->value && !setting->value->empty()) add(kMedia, name, *setting->value);
    }
  }

  void findConfiguration() {
    findSettings();
    findInRoot();
    for (const std::string& path : instance_.backup.files) addFile(path);
    if (roots_.of(kConfig).empty()) {
      roots_.undetermined.emplace_back(kConfig,
                                       "neither root nor settings of the instance leads to a file");
    }
  }

  void findSettings() {
    const std::string& settings = instance_.settings;
    if (settings.empty()) return;
    const auto real = files_.resolve(settings);
    const std::string folder = parentOf(real.value_or(settings));
    // A folder of its own, as netbox-docker's /etc/netbox/config, holds configuration alone.
    if (holds(folder, "settings.py") || folder == realRoot() || !real) {
      addFile(settings);
      for (const auto name : kBesideSettings) {
        addIfThere(fmt::format("{}/{}", parentOf(settings), name));
      }
    } else {
      addFile(parentOf(settings));
    }
  }

  void findInRoot() {
    const std::string& root = instance_.root;
    if (root.empty() || !files_.resolve(root)) return;
    for (const auto name : kRootFiles) addIfThere(fmt::format("{}/{}", root, name));
    for (const auto name : kRootFolders) addIfThere(fmt::format("{}/{}", root, name));
    for (const ports::FileInfo& entry : listed(*files_.resolve(root))) {
      if (isEnvironmentFile(entry.name) || isComposeFile(entry.name)) {
        addIfThere(root + "/" + entry.name);
      }
    }
  }

  std::vector<ports::FileInfo> listed(const std::string& folder) {
    try {
      return files_.list(folder);
    } catch (const core::Error& error) {
      if (error.kind() == core::Kind::interrupted) throw;
      roots_.remarks.push_back(error.what());
      return {};
    }
  }

  std::string realRoot() {
    return instance_.root.empty() ? "" : files_.resolve(instance_.root).value_or("");
  }
  bool holds(const std::string& folder, const std::string& name) {
    return files_.info(folder + "/" + name).has_value();
  }
  void addIfThere(const std::string& path) {
    if (files_.info(path)) addFile(path);
  }
  void addFile(const std::string& path) { add(kConfig, path.substr(1), path); }

  /// Under the name that the configuration uses, and where that really leads.
  void add(const std::string& part, const std::string& name, const std::string& path) {
    const std::string real = files_.resolve(path).value_or(path);
    const auto any = [&](auto holds) {
      return std::any_of(roots_.all.begin(), roots_.all.end(), holds);
    };
    const auto within = [](const std::string& folder, const std::string& below) {
      return below == folder || below.starts_with(folder + "/");
    };
    if (any([&](const Root& root) { return within(root.path, real); })) return;
    const bool taken =
        any([&](const Root& root) { return root.part == part && within(root.name, name); });
    roots_.all.push_back({part, taken ? real.substr(1) : name, real});
  }

  ports::World& world_;
  ports::Files& files_;
  const Instance& instance_;
  Roots roots_;
};

}  // namespace

std::vector<std::string> partsOf(const std::string& words) {
  std::set<std::string> wanted;
  for (const std::string& word : core::split(words, ',')) {
    if (word != kMedia && word != kConfig) {
      throw core::Error(core::Kind::usage,
                        fmt::format("--with does not know \"{}\"", core::printable(word)),
                        "It takes media, config, or both: --with media,config");
    }
    wanted.insert(word);
  }
  return {wanted.begin(), wanted.end()};
}

std::vector<Root> Roots::of(const std::string& part) const {
  std::vector<Root> found;
  for (const Root& root : all) {
    if (root.part == part) found.push_back(root);
  }
  std::sort(found.begin(), found.end(),
            [](const Root& a, const Root& b) { return comesBefore(a.name, b.name); });
  return found;
}

Roots findRoots(ports::World& world, const config::Instance& instance) {
  return Finder(world, instance).find();
}

std::optional<std::string> placeFor(const Roots& roots, const config::Instance& instance,
                                    const std::string& part, const std::string& name) {
  for (const Root& root : roots.of(part)) {
    if (root.name == name) return root.path;
  }
  if (part != kConfig) return std::nullopt;
  // A file that is gone is put back under the name that it would be found by.
  const std::string path = "/" + name;
  const std::string file = path.substr(path.rfind('/') + 1);
  const auto isOneOf = [&](const auto& names) {
    return std::find(names.begin(), names.end(), file) != names.end();
  };
  const bool in_root =
      parentOf(path) == instance.root && (isOneOf(kRootFiles) || isOneOf(kRootFolders) ||
                                          isEnvironmentFile(file) || isComposeFile(file));
  const bool beside = parentOf(path) == parentOf(instance.settings) && isOneOf(kBesideSettings);
  return in_root || beside ? std::optional(path) : std::nullopt;
}

std::string archiveOf(const std::string& part) { return part + ".tar.gz"; }

}  // namespace backup
