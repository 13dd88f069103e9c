#include "lib/application/password.hpp"

#include <fmt/format.h>

#include "lib/application/settings.hpp"
#include "lib/config/trust.hpp"
#include "lib/core/text.hpp"

namespace application {
namespace {

core::Secret fromFile(ports::World& world, const std::string& path) {
  const auto real = world.files.resolve(path);
  const auto info = real ? world.files.info(*real) : std::nullopt;
  const std::string shown = "password file " + core::printable(path);
  if (!info) throw core::Error(core::Kind::not_found, shown + " does not exist");
  if (info->type != ports::FileType::file) {
    throw core::Error(core::Kind::configuration, shown + " is not a plain file");
  }
  if ((info->mode & 027) != 0) {
    throw core::Error(
        core::Kind::refused,
        fmt::format("{} has mode {}: {}", shown, config::modeInWords(info->mode),
                    (info->mode & 07) != 0 ? "everybody on this host has a right to it"
                                           : "its group may write it"),
        "Run `chmod 0600 " + core::shellQuote(*real) + "`, and change the password " +
            "if others could read it.");
  }
  std::string text = world.files.read(*real);
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  if (text.empty()) throw core::Error(core::Kind::configuration, shown + " is empty");
  if (text.find_first_of(std::string_view("\n\0", 2)) != std::string::npos) {
    throw core::Error(core::Kind::configuration, shown + " has more than one line",
                      "Put the password alone on the first line.");
  }
  return core::Secret(std::move(text));
}

core::Secret fromEnvironment(const ports::World& world, const std::string& variable) {
  const auto found = world.caller.environment.find(variable);
  if (found == world.caller.environment.end() || found->second.empty()) {
    throw core::Error(
        core::Kind::configuration,
        fmt::format("environment variable {} is not set", core::printable(variable)),
        "The configuration says that it holds a password. sudo drops variables: a password file "
        "works there.");
  }
  return found->second;
}

}  // namespace

core::Secret resolvePassword(ports::World& world, const config::Instance& instance,
                             const config::PasswordReference& reference) {
  switch (reference.from) {
    case config::PasswordReference::From::none:
      return {};
    case config::PasswordReference::From::file:
      return fromFile(world, reference.name);
    case config::PasswordReference::From::environment:
      return fromEnvironment(world, reference.name);
    case config::PasswordReference::From::application:
      break;
  }
  return readPassword(world, installationOf(instance), reference.name);
}

}  // namespace application
