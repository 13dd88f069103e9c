#include <fmt/format.h>

#include "lib/application/settings.hpp"
#include "lib/config/trust.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/database/database.hpp"
#include "lib/migrations/apps.hpp"
#include "lib/service/redis_ask.hpp"
#include "lib/service/services.hpp"
#include "lib/snapshot/snapshot.hpp"

namespace snapshot {
namespace {

core::Json versionsOf(ports::World& world, const config::Instance& instance) {
  core::Json versions = core::Json::object();
  takePart(versions, config::productName(instance.product), [&]() -> core::Json {
    const auto found =
        application::installedVersion(world.files, application::installationOf(instance));
    if (found.value) return *found.value;
    throw core::Error(core::Kind::undetermined, found.why);
  });
  takePart(versions, "postgresql", [&]() -> core::Json {
    return database::Database(world, instance)
        .application()
        ->query("SELECT current_setting('server_version') AS version")
        .text(0, "version");
  });
  takePart(versions, "redis", [&]() -> core::Json {
    service::RedisAsk redis(world, instance);
    for (const auto& line : redis.lines(instance.redis.tasks_database, {"INFO server"})) {
      if (line.starts_with("redis_version:")) return std::string(core::trim(line.substr(14)));
    }
    throw core::Error(core::Kind::undetermined, "Redis does not say its version");
  });
  takePart(versions, "python", [&]() -> core::Json {
    ports::Command command{
        {instance.interpreter, "-I", "-c", "import platform; print(platform.python_version())"}};
    command.mutates = false;
    const auto outcome = world.shell.run(command);
    if (!outcome.ok()) throw core::Error(core::Kind::undetermined, outcome.inWords());
    return std::string(core::trim(outcome.out));
  });
  return versions;
}

core::Json pluginsOf(ports::World& world, const config::Instance& instance) {
  std::vector<migrations::Doubt> doubts;
  core::Json plugins = core::Json::array();
  for (const auto& plugin :
       migrations::readPlugins(world.files.read(instance.settings), instance.settings, doubts)) {
    plugins.push_back(plugin.name);
  }
  for (const auto& doubt : doubts) plugins.push_back("could not determine: " + doubt.inWords());
  return plugins;
}

core::Json valueOf(const application::Setting& setting) {
  return setting.value ? core::Json(*setting.value) : core::Json(nullptr);
}

/// Without passwords; of the key only its digest.
core::Json settingsOf(ports::World& world, const config::Instance& instance) {
  const auto settings = application::readSettings(world, application::installationOf(instance));
  return {{"database.name", valueOf(settings.database.name)},
          {"database.user", valueOf(settings.database.user)},
          {"database.host", valueOf(settings.database.host)},
          {"database.port", valueOf(settings.database.port)},
          {"redis.host", valueOf(settings.tasks.host)},
          {"redis.database", valueOf(settings.tasks.database)},
          {"media", valueOf(settings.media)},
          {"scripts", valueOf(settings.scripts)},
          {"reports", valueOf(settings.reports)},
          {"storage", valueOf(settings.storage)},
          {"allowed_hosts", valueOf(settings.allowed_hosts)},
          {"base_path", valueOf(settings.base_path)},
          {"secret_key", valueOf(settings.secret_key)}};
}

core::Json permissionsOf(ports::World& world, const config::Instance& instance) {
  core::Json all = core::Json::object();
  std::vector<std::string> paths{instance.root, instance.settings, instance.media};
  if (!instance.media.empty()) {
    paths.push_back(instance.media + "/image-attachments");
    paths.push_back(instance.media + "/devicetype-images");
  }
  for (const std::string& path : paths) {
    const auto real = path.empty() ? std::nullopt : world.files.resolve(path);
    const auto info = real ? world.files.info(*real) : std::nullopt;
    if (!info) continue;
    const auto name = [](const std::string& text, unsigned number) {
      return text.empty() ? std::to_string(number) : text;
    };
    all[path] = fmt::format("{}:{} {}", name(info->owner_name, info->owner),
                            name(info->group_name, info->group), config::modeInWords(info->mode));
  }
  return all;
}

core::Json servicesOf(ports::World& world, const config::Instance& instance) {
  core::Json all = core::Json::object();
  service::Services services(world, instance);
  for (const auto& service : instance.services) {
    takePart(all, service.name, [&]() -> core::Json {
      const auto details = services.inspect(service);
      core::Json one{{"running", service::runningName(details.state.running)}};
      if (details.process) one["account"] = details.process->account;
      if (!details.image.empty()) one["image"] = details.image;
      return one;
    });
  }
  return all;
}

}  // namespace

void takeHost(ports::World& world, const config::Instance& instance, core::Json& parts) {
  takePart(parts, "versions", [&] { return versionsOf(world, instance); });
  takePart(parts, "plugins", [&] { return pluginsOf(world, instance); });
  takePart(parts, "settings", [&] { return settingsOf(world, instance); });
  takePart(parts, "permissions", [&] { return permissionsOf(world, instance); });
  takePart(parts, "services", [&] { return servicesOf(world, instance); });
}

}  // namespace snapshot
