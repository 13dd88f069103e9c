#include "lib/application/installation.hpp"

#include <fmt/format.h>

#include "lib/application/python/module.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace application {
namespace {

/// "version: "4.2.3"" and "designation: "beta1"" of release.yaml, which NetBox has had since 4.1.
Setting fromRelease(const std::string& text, const std::string& path) {
  std::string version;
  std::string designation;
  for (const std::string& line : core::split(text, '\n')) {
    const auto colon = line.find(':');
    if (colon == std::string::npos || line.starts_with(" ") || line.starts_with("#")) continue;
    std::string value(core::trim(std::string_view(line).substr(colon + 1)));
    value = value.substr(0, value.find(" #"));
    std::erase_if(value, [](char c) { return c == '"' || c == '\'' || c == ' '; });
    if (line.starts_with("version:")) version = value;
    if (line.starts_with("designation:") && value != "null" && value != "~") designation = value;
  }
  if (version.empty()) return Setting::missing(path + " names no version");
  return Setting::of(version + (designation.empty() ? "" : "-" + designation));
}

Setting netboxVersion(ports::Files& files, const std::string& root) {
  const std::string release = root + "/netbox/release.yaml";
  if (files.info(release)) return fromRelease(files.read(release), release);
  const std::string settings = root + "/netbox/netbox/settings.py";
  if (!files.info(settings)) {
    return Setting::missing("neither " + release + " nor " + settings + " exists");
  }
  const auto version = python::readModule(files.read(settings)).find("VERSION");
  if (version && version->isText()) return Setting::of(version->text);
  return Setting::missing("VERSION in " + settings +
                          (version ? " " + version->text : " is not set"));
}

/// The folder that pip leaves beside each package: nautobot-2.1.3.dist-info.
Setting nautobotVersion(ports::Files& files, const Installation& installation) {
  const std::string environment =
      installation.interpreter.substr(0, installation.interpreter.rfind("/bin/"));
  if (!files.info(environment + "/lib")) {
    return Setting::missing(environment + "/lib does not exist");
  }
  for (const auto& python : files.list(environment + "/lib")) {
    const std::string packages = environment + "/lib/" + python.name + "/site-packages";
    if (!python.name.starts_with("python") || !files.info(packages)) continue;
    for (const auto& package : files.list(packages)) {
      constexpr std::string_view kBefore = "nautobot-";
      constexpr std::string_view kAfter = ".dist-info";
      const std::string_view name = package.name;
      if (!name.starts_with(kBefore) || !name.ends_with(kAfter)) continue;
      return Setting::of(
          std::string(name.substr(kBefore.size(), name.size() - kBefore.size() - kAfter.size())));
    }
  }
  return Setting::missing("no package nautobot below " + environment + "/lib");
}

}  // namespace

Installation installationOf(const config::Instance& instance) {
  Installation installation{instance.product, instance.root, instance.settings,
                            instance.interpreter};
  for (const auto& service : instance.services) {
    if (service.role == config::ServiceRole::application) installation.account = service.user;
  }
  return installation;
}

Setting installedVersion(ports::Files& files, const Installation& installation) {
  if (installation.root.empty()) return Setting::missing("the instance has no root");
  try {
    return installation.product == config::Product::netbox ? netboxVersion(files, installation.root)
                                                           : nautobotVersion(files, installation);
  } catch (const core::Error& error) {
    return Setting::missing(error.what());
  }
}

}  // namespace application
