#include "lib/application/interpreter.hpp"

#include <fmt/format.h>

#include <charconv>

#include "lib/application/interpreter_script.hpp"
#include "lib/config/trust.hpp"
#include "lib/core/error.hpp"
#include "lib/core/json.hpp"
#include "lib/core/text.hpp"

namespace application {
namespace {

using namespace std::chrono_literals;

/// As whom the installation's code runs.
struct Account {
  std::string name;  // "" is the caller
  unsigned uid = 0;
};

std::optional<unsigned> numberOf(ports::World& world, const std::string& account) {
  const auto outcome =
      world.shell.run({.argv = {"id", "-u", account}, .limit = 10s, .mutates = false});
  unsigned uid = 0;
  const auto text = core::trim(outcome.out);
  const auto read = std::from_chars(text.data(), text.data() + text.size(), uid);
  if (!outcome.ok() || read.ec != std::errc()) return std::nullopt;
  return uid;
}

/// The least mighty account that surely can read the configuration.
Account accountFor(ports::World& world, const Installation& installation) {
  if (!world.caller.root()) return {"", world.caller.uid};
  if (!installation.account.empty()) {
    if (const auto uid = numberOf(world, installation.account)) {
      return {installation.account, *uid};
    }
  }
  const auto real = world.files.resolve(installation.settings);
  const auto info = real ? world.files.info(*real) : std::nullopt;
  if (!info) {
    throw core::Error(core::Kind::not_found,
                      core::printable(installation.settings) + " does not exist");
  }
  if (info->owner == 0 || info->owner_name.empty()) return {"", 0};
  return {info->owner_name, info->owner};
}

/// Where the interpreter finds code before any of the standard library's.
std::vector<std::string> codeFolders(ports::Files& files, const std::string& interpreter) {
  std::vector<std::string> folders;
  const auto bin = interpreter.rfind("/bin/");
  if (bin == std::string::npos) return folders;
  const std::string lib = interpreter.substr(0, bin) + "/lib";
  if (!files.info(lib)) return folders;
  for (const auto& python : files.list(lib)) {
    const std::string packages = lib + "/" + python.name + "/site-packages";
    if (python.name.starts_with("python") && files.info(packages)) folders.push_back(packages);
  }
  return folders;
}

void requireTrust(ports::World& world, const Installation& installation, const Account& account) {
  std::vector<std::string> paths{installation.interpreter, installation.settings};
  for (auto& folder : codeFolders(world.files, installation.interpreter)) {
    paths.push_back(std::move(folder));
  }
  for (const std::string& path : paths) {
    if (const auto reason = config::distrust(world.files, path, account.uid)) {
      throw core::Error(
          core::Kind::refused,
          fmt::format("it is not safe to run it as {}: {}",
                      account.name.empty() ? world.caller.account : account.name, *reason));
    }
  }
}

core::Json ask(ports::World& world, const Installation& installation, const std::string& wanted,
               std::string& as_whom) {
  if (installation.interpreter.empty()) {
    throw core::Error(core::Kind::not_found, "no interpreter is known");
  }
  if (!world.files.resolve(installation.interpreter)) {
    throw core::Error(core::Kind::not_found,
                      core::printable(installation.interpreter) + " does not exist");
  }
  const Account account = accountFor(world, installation);
  requireTrust(world, installation, account);
  as_whom = account.name.empty() ? world.caller.account : account.name;
  ports::Command command{.argv = {installation.interpreter, "-I", "-B", "-c", kInterpreterScript,
                                  installation.settings, wanted},
                         .user = account.name,
                         .limit = 20s,
                         .mutates = false};
  if (installation.environment) command.environment = *installation.environment;
  const auto outcome = world.shell.run(command);
  if (!outcome.ok()) {
    throw core::Error(
        core::Kind::undetermined,
        fmt::format("{} failed: {}", core::printable(installation.interpreter), outcome.inWords()));
  }
  const auto text = core::trim(outcome.out);
  const auto last = text.rfind('\n');
  auto json = core::Json::parse(last == std::string_view::npos ? text : text.substr(last + 1),
                                nullptr, false);
  if (!json.is_object()) {
    // Not quoted: it may hold a password.
    throw core::Error(core::Kind::undetermined,
                      core::printable(installation.interpreter) + " did not answer in JSON");
  }
  if (json.contains("error")) {
    throw core::Error(
        core::Kind::undetermined,
        fmt::format("{} could not load it: {}", core::printable(installation.interpreter),
                    core::printable(json["error"].get<std::string>())));
  }
  return json;
}

python::Value fromJson(const core::Json& json) {
  if (json.is_string()) return python::Value::ofText(json.get<std::string>());
  if (json.is_boolean()) return python::Value::ofBoolean(json.get<bool>());
  if (json.is_number_integer()) return python::Value::ofInteger(json.get<std::int64_t>());
  if (json.is_null()) return python::Value::none();
  if (json.is_array()) {
    python::Value list = python::Value::list();
    for (const auto& item : json) list.items.push_back(fromJson(item));
    return list;
  }
  if (json.is_object() && json.contains("?")) {
    return python::Value::unknown(json["?"].get<std::string>());
  }
  if (!json.is_object()) return python::Value::unknown("is no plain value");
  python::Value dictionary = python::Value::dictionary();
  for (const auto& [key, value] : json.items()) {
    dictionary.entries.emplace_back(python::Value::ofText(key), fromJson(value));
  }
  return dictionary;
}

}  // namespace

Answer askInterpreter(ports::World& world, const Installation& installation) {
  Answer answer;
  const core::Json json = ask(world, installation, "settings", answer.account);
  for (const auto& [name, value] : json.at("names").items()) answer.names[name] = fromJson(value);
  answer.missing_variables = json.at("missing").get<std::vector<std::string>>();
  return answer;
}

core::Secret askForPassword(ports::World& world, const Installation& installation,
                            const std::string& which) {
  std::string account;
  const core::Json json = ask(world, installation, which, account);
  const auto missing = json.at("missing").get<std::vector<std::string>>();
  if (!missing.empty() && !installation.environment) {
    throw core::Error(core::Kind::undetermined, "it depends on the environment of the service (" +
                                                    core::printable(core::join(missing, ", ")) +
                                                    ")");
  }
  const auto& password = json.at("password");
  return password.is_string() ? core::Secret(password.get<std::string>()) : core::Secret();
}

}  // namespace application
