#include "lib/migrations/manage.hpp"

#include "lib/application/installation.hpp"
#include "lib/application/interpreter.hpp"
#include "lib/config/trust.hpp"
#include "lib/core/error.hpp"
#include "lib/migrations/manage_script.hpp"

namespace migrations {
namespace {

using namespace std::chrono_literals;

/// The installation's management program with the words that it always gets.
std::vector<std::string> managing(const config::Instance& instance) {
  if (instance.product == config::Product::netbox) return {instance.root + "/netbox/manage.py"};
  const std::string folder = instance.interpreter.substr(0, instance.interpreter.rfind('/'));
  return {folder + "/nautobot-server", "--config", instance.settings};
}

/// As whom it is to run, once that is known to be safe; without argv.
ports::Command trusted(ports::World& world, const config::Instance& instance) {
  // Asking for the settings proves that running its code is safe, and says as whom.
  const auto settings = application::askInterpreter(world, application::installationOf(instance));
  ports::Command command;
  if (settings.account != world.caller.account) command.user = settings.account;
  unsigned uid = world.caller.uid;
  if (const auto info = world.files.info(instance.settings);
      info && info->owner_name == settings.account) {
    uid = info->owner;
  }
  const std::string program = managing(instance).front();
  const auto real = world.files.resolve(program);
  if (!real) throw core::Error(core::Kind::not_found, program + " does not exist");
  if (const auto reason = config::distrust(world.files, *real, uid)) {
    throw core::Error(core::Kind::refused, "it is not safe to run it: " + *reason);
  }
  return command;
}

void append(std::vector<std::string>& argv, const std::vector<std::string>& words) {
  argv.insert(argv.end(), words.begin(), words.end());
}

}  // namespace

const char* wayName(Way way) { return way == Way::individual ? "individual" : "squashed"; }

ports::Outcome askManage(ports::World& world, const config::Instance& instance,
                         const std::vector<std::string>& arguments) {
  ports::Command command = trusted(world, instance);
  command.argv = {instance.interpreter, "-B"};
  append(command.argv, managing(instance));
  append(command.argv, arguments);
  command.limit = 120s;
  command.mutates = false;
  return world.shell.run(command);
}

ports::Outcome migrateScratch(ports::World& world, const config::Instance& instance,
                              const std::string& database, Way way) {
  ports::Command command = trusted(world, instance);
  command.argv = {instance.interpreter, "-I", "-B", "-c", kManageScript, database, wayName(way)};
  append(command.argv, managing(instance));
  append(command.argv, {"migrate", "--no-input"});
  command.limit = 1h;
  return world.shell.run(command);
}

}  // namespace migrations
