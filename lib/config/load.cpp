#include <fmt/format.h>

#include "lib/config/config.hpp"
#include "lib/config/trust.hpp"
#include "lib/core/text.hpp"

namespace config {
namespace {

constexpr const char* kSystemFile = "/etc/sotctl/sotctl.toml";

Config loadFile(ports::World& world, const std::string& file) {
  if (const auto reason = distrust(world.files, file, world.caller.uid)) {
    const std::string trusted =
        world.caller.root() ? "root" : "root or " + core::printable(world.caller.account);
    throw core::Error(
        core::Kind::configuration,
        fmt::format("configuration {} is not safe to use: {}", core::printable(file), *reason),
        fmt::format("The file can name commands, so it and every folder above it must belong to {} "
                    "and be writable by nobody else.",
                    trusted));
  }
  return parse(world.files.read(file), file);
}

}  // namespace

std::vector<std::string> usualFiles(const ports::Caller& caller,
                                    const std::string& xdg_config_home) {
  std::vector<std::string> files{kSystemFile};
  if (!caller.root() && !xdg_config_home.empty()) {
    files.push_back(xdg_config_home + "/sotctl/sotctl.toml");
  }
  return files;
}

std::optional<Config> load(ports::World& world, const std::optional<std::string>& explicit_file,
                           const std::string& xdg_config_home) {
  if (explicit_file) {
    const std::string file = world.caller.absolute(*explicit_file);
    if (file.empty() || !world.files.resolve(file)) {
      throw core::Error(core::Kind::not_found,
                        "there is no configuration file " + core::shellQuote(*explicit_file),
                        "`sotctl init --to FILE` writes one by looking at this host.");
    }
    return loadFile(world, file);
  }
  for (const std::string& file : usualFiles(world.caller, xdg_config_home)) {
    if (world.files.info(file)) return loadFile(world, file);
  }
  return std::nullopt;
}

}  // namespace config
