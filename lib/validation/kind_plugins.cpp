#include <fmt/format.h>

#include "lib/application/installation.hpp"
#include "lib/application/python/lexer.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/migrations/apps.hpp"
#include "lib/migrations/release_number.hpp"
#include "lib/validation/combined.hpp"
#include "lib/validation/kinds.hpp"

namespace validation {
namespace {

using core::Outcome;
using migrations::ReleaseNumber;

/// Folders that the installation's Python finds packages in.
std::vector<std::string> packageFolders(const Site& site) {
  std::vector<std::string> folders;
  const std::string& interpreter = site.instance.interpreter;
  const auto bin = interpreter.rfind("/bin/");
  for (const std::string& environment :
       {bin == std::string::npos ? std::string() : interpreter.substr(0, bin),
        site.instance.root + "/venv", site.instance.root}) {
    const auto lib =
        environment.empty() ? std::nullopt : site.world.files.resolve(environment + "/lib");
    if (!lib) continue;
    for (const auto& entry : site.world.files.list(*lib)) {
      const std::string packages = *lib + "/" + entry.name + "/site-packages";
      if (entry.name.starts_with("python") && site.world.files.resolve(packages)) {
        folders.push_back(packages);
      }
    }
    if (!folders.empty()) break;
  }
  if (site.instance.product == config::Product::netbox && !site.instance.root.empty()) {
    folders.push_back(site.instance.root + "/netbox");
  }
  return folders;
}

/// What a plugin's own class says of the product's releases: the literals of its attributes.
struct Bounds {
  std::string version;
  std::string least;
  std::string most;
};

Bounds boundsOf(const std::string& source) {
  using Kind = application::python::Token::Kind;
  Bounds bounds;
  const auto tokens = application::python::tokenize(source);
  for (std::size_t i = 0; i + 2 < tokens.size(); ++i) {
    const bool assigns = tokens[i].kind == Kind::name && tokens[i + 1].is("=") &&
                         tokens[i + 2].kind == Kind::text && !tokens[i + 2].opaque;
    if (!assigns) continue;
    if (tokens[i].text == "min_version") bounds.least = tokens[i + 2].text;
    if (tokens[i].text == "max_version") bounds.most = tokens[i + 2].text;
    if (tokens[i].text == "version" || tokens[i].text == "__version__") {
      bounds.version = tokens[i + 2].text;
    }
  }
  return bounds;
}

core::CheckResult judge(const Site& site, const std::vector<std::string>& folders,
                        const std::string& plugin, const std::string& release) {
  core::CheckResult result{{}, plugin, Outcome::pass, {}, {}, {}};
  const auto place = migrations::findApp(site.world.files, folders, plugin);
  if (!place) {
    result.outcome = Outcome::fail;
    result.found = "it is configured and not installed";
    result.hint = "Name it in local_requirements.txt, or take it out of PLUGINS.";
    return result;
  }
  Bounds bounds;
  for (const char* file : {"/__init__.py", "/apps.py"}) {
    if (!site.world.files.info(place->folder + file)) continue;
    const Bounds found = boundsOf(site.world.files.read(place->folder + file));
    if (bounds.least.empty()) bounds.least = found.least;
    if (bounds.most.empty()) bounds.most = found.most;
    if (bounds.version.empty()) bounds.version = found.version;
  }
  const std::string what = bounds.version.empty() ? "" : core::printable(bounds.version) + ", ";
  const bool old = !bounds.least.empty() && ReleaseNumber(release) < ReleaseNumber(bounds.least);
  const bool young = !bounds.most.empty() && ReleaseNumber(release) > ReleaseNumber(bounds.most);
  if (old || young) {
    result.outcome = Outcome::fail;
    result.found =
        fmt::format("{}it is for releases {} {}, and this is {}", what, old ? "from" : "up to",
                    core::printable(old ? bounds.least : bounds.most), release);
    result.hint = "The application would refuse to start with it: install a fitting version first.";
  } else {
    result.found = what + "it fits";
  }
  return result;
}

checks::CheckResult askPlugins(const Site& site, const checks::Arguments& arguments) {
  if (site.instance.settings.empty()) {
    throw core::Error(core::Kind::undetermined, "the configuration file is not known");
  }
  std::string release = arguments.text("release", "");
  if (release.empty()) {
    const auto version =
        application::installedVersion(site.world.files, application::installationOf(site.instance));
    if (!version.value) {
      throw core::Error(core::Kind::undetermined, "the release is not known: " + version.why);
    }
    release = *version.value;
  }
  if (!ReleaseNumber(release).valid()) {
    throw core::Error(core::Kind::configuration,
                      fmt::format("release \"{}\" is no number", core::printable(release)));
  }
  std::vector<migrations::Doubt> doubts;
  const auto plugins = migrations::readPlugins(site.world.files.read(site.instance.settings),
                                               site.instance.settings, doubts);
  const auto folders = packageFolders(site);
  std::vector<core::CheckResult> results;
  for (const auto& plugin : plugins) results.push_back(judge(site, folders, plugin.name, release));
  for (const auto& doubt : doubts) {
    results.push_back({{}, "PLUGINS", Outcome::unknown, doubt.inWords(), {}, {}});
  }
  auto result = combined("plugins with " + release, results,
                         plugins.empty() ? "none is configured"
                                         : core::plural(static_cast<std::int64_t>(plugins.size()),
                                                        "plugin is", "plugins are") +
                                               " installed and fit");
  if (results.empty()) result.outcome = Outcome::pass;
  return result;
}

}  // namespace

void addPlugins(checks::Kinds& kinds, const Site& site) {
  kinds.add("plugins", {{}, {"release"}, false, [site](const checks::Arguments& arguments) {
                          return askPlugins(site, arguments);
                        }});
}

}  // namespace validation
