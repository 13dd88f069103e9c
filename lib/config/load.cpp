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
        core::Kind::refused,
        fmt::format("configuration {} is not safe to use: {}", core::printable(file), *reason),
        fmt::format("The file can name commands, so it and every folder above it must belong to {} "
                    "and be writable by nobody else.",
                    trusted));
  }
  return parse(world.files.read(file), file);
}

}  // namespace

std::optional<Config> load(ports::World& world, const std::optional<std::string>& explicit_file,
                           const std::string& xdg_config_home) {
  if (explicit_file) {
    if (explicit_file->empty() || explicit_file->front() != '/') {
      throw core::Error(
          core::Kind::usage,
          "configuration file " + core::shellQuote(*explicit_file) + " is a relative path",
          "Give the whole path from /.");
    }
    if (!world.files.info(*explicit_file)) {
      throw core::Error(core::Kind::not_found,
                        "there is no configuration file " + core::printable(*explicit_file),
                        "`sotctl init --to FILE` writes one by looking at this host.");
    }
    return loadFile(world, *explicit_file);
  }
  if (world.files.info(kSystemFile)) return loadFile(world, kSystemFile);
  if (world.caller.root() || xdg_config_home.empty()) return std::nullopt;
  const std::string own = xdg_config_home + "/sotctl/sotctl.toml";
  if (world.files.info(own)) return loadFile(world, own);
  return std::nullopt;
}

}  // namespace config
