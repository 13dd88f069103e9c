#include <fmt/format.h>

#include "lib/application/interpreter.hpp"
#include "lib/application/python/module.hpp"
#include "lib/application/settings.hpp"
#include "lib/core/digest.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace application {
namespace {

std::string textOfConfiguration(ports::World& world, const Installation& installation) {
  const std::string& path = installation.settings;
  if (path.empty()) throw core::Error(core::Kind::not_found, "no settings file is known");
  const auto real = world.files.resolve(path);
  const auto info = real ? world.files.info(*real) : std::nullopt;
  if (!info) {
    throw core::Error(core::Kind::not_found, core::printable(path) + " does not exist");
  }
  if (!world.files.may(*real, 'r')) {
    throw core::Error(
        core::Kind::denied,
        fmt::format("{} may not read {} (mode {:04o}, owner {})", world.caller.account,
                    core::printable(path), info->mode, info->owner_name),
        "Run this as root (sudo), or as an account of the file's group.");
  }
  return world.files.read(*real);
}

Settings fromText(ports::World& world, const Installation& installation) {
  const std::string text = textOfConfiguration(world, installation);
  const python::Module module = python::readModule(text);
  Settings settings = settingsFrom(module.names, installation, module.others_from);
  if (settings.secret_key.value) {
    settings.secret_key.value = core::sha256(*settings.secret_key.value);
  }
  return settings;
}

/// The configuration asked the environment for something that is not set here and may be set for
/// the service: only what the text says by itself is known.
void distrustEnvironment(Settings& asked, const Settings& text,
                         const std::vector<std::string>& missing) {
  const std::string why = "depends on the environment of the service (" +
                          core::printable(core::join(missing, ", ")) + ")";
  const auto keep = [&](Setting& one, const Setting& by_text, const char* name) {
    if (!by_text.value)
      one = Setting::missing(
          by_text.why.find("environment") != std::string::npos ? by_text.why : name + (" " + why));
  };
  const auto keepPassword = [](HasPassword& one, HasPassword by_text) {
    if (by_text == HasPassword::unknown) one = by_text;
  };
  keep(asked.database.name, text.database.name, "the database's NAME");
  keep(asked.database.user, text.database.user, "the database's USER");
  keep(asked.database.host, text.database.host, "the database's HOST");
  keep(asked.database.port, text.database.port, "the database's PORT");
  keepPassword(asked.database.password, text.database.password);
  for (auto [one, by_text] :
       {std::pair{&asked.tasks, &text.tasks}, std::pair{&asked.caching, &text.caching}}) {
    keep(one->host, by_text->host, "the HOST of Redis");
    keep(one->port, by_text->port, "the PORT of Redis");
    keep(one->database, by_text->database, "the DATABASE of Redis");
    keepPassword(one->password, by_text->password);
  }
  keep(asked.media, text.media, "MEDIA_ROOT");
  keep(asked.reports, text.reports, "REPORTS_ROOT");
  keep(asked.scripts, text.scripts, "SCRIPTS_ROOT");
  keep(asked.jobs, text.jobs, "JOBS_ROOT");
  keep(asked.storage, text.storage, "the storage of media");
  keep(asked.allowed_hosts, text.allowed_hosts, "ALLOWED_HOSTS");
  keep(asked.base_path, text.base_path, "BASE_PATH");
  keep(asked.secret_key, text.secret_key, "SECRET_KEY");
}

Settings fromInterpreter(ports::World& world, const Installation& installation) {
  const Answer answer = askInterpreter(world, installation);
  Settings settings = settingsFrom(answer.names, installation, "");
  settings.asked = true;
  settings.how = fmt::format("asked {} as {}", core::printable(installation.interpreter),
                             core::printable(answer.account));
  if (!answer.missing_variables.empty() && !installation.environment) {
    distrustEnvironment(settings, fromText(world, installation), answer.missing_variables);
  }
  return settings;
}

/// The dictionary that holds a password, in the text.
std::optional<python::Value> passwordInText(const python::Module& module,
                                            const std::string& which) {
  const bool database = which == "database";
  auto whole = module.find(database ? "DATABASES" : "REDIS");
  std::string key = database ? "default" : which.substr(which.find('.') + 1);
  if (!whole && database) {
    whole = module.find("DATABASE");
    key.clear();
  }
  const python::Value* part = whole ? key.empty() ? &*whole : whole->at(key) : nullptr;
  if (part == nullptr) return whole && !whole->known() ? whole : std::nullopt;
  if (!part->known()) return *part;
  const python::Value* password = part->at("PASSWORD");
  return password == nullptr ? python::Value::none() : *password;
}

}  // namespace

Settings readSettings(ports::World& world, const Installation& installation) {
  std::string reason;
  try {
    return fromInterpreter(world, installation);
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    reason = error.what();
  }
  Settings settings = fromText(world, installation);
  settings.how = fmt::format("read {} as text, since its interpreter was of no use: {}",
                             core::printable(installation.settings), reason);
  return settings;
}

core::Secret readPassword(ports::World& world, const Installation& installation,
                          const std::string& which) {
  // The text first: where it is a literal, no code needs to run for a secret.
  const auto module = python::readModule(textOfConfiguration(world, installation));
  const auto value = passwordInText(module, which);
  if (value && value->isText()) return core::Secret(value->text);
  if (value && value->kind == python::Value::Kind::none) return {};
  const std::string in_text =
      value ? "its text says: PASSWORD " + value->text : "its text does not name it";
  try {
    return askForPassword(world, installation, which);
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    throw core::Error(
        core::Kind::undetermined,
        fmt::format("the password of {} in {} is not known: {}; its interpreter: {}", which,
                    core::printable(installation.settings), in_text, error.what()),
        "Put the password into a file of mode 0600 and name it in the "
        "configuration: password = { file = \"…\" }.");
  }
}

}  // namespace application
