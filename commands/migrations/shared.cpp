#include "commands/migrations/shared.hpp"

#include <fmt/format.h>

#include <chrono>

#include "lib/application/redis.hpp"
#include "lib/core/text.hpp"
#include "lib/database/database.hpp"
#include "lib/migrations/release_number.hpp"

namespace commands::migrations_shared {
namespace {

using migrations::Applied;
using migrations::Code;
using migrations::CodePlace;
using migrations::Facts;
using migrations::Start;

/// Whether it reads like a release: "4.2", "v4.2.9", "4.7.0-beta1".
bool isRelease(const std::string& where) {
  const std::string_view number =
      where.starts_with("v") ? std::string_view(where).substr(1) : where;
  return !number.empty() && number[0] >= '0' && number[0] <= '9' &&
         number.find('/') == std::string_view::npos && number.find('.') != std::string_view::npos;
}

Code releaseCode(Context& context, const Said& said) {
  const config::Product product = productOf(context, said.product);
  const Facts& facts = Facts::of(product);
  const auto release = facts.find(said.where);
  if (!release) {
    throw core::Error(
        core::Kind::not_found,
        fmt::format("there is no release {} of {} among the known ones, {} to {}", said.where,
                    config::productName(product), facts.releases().front().number,
                    facts.releases().back().number),
        fmt::format("Near it: {}. Name a folder with its code instead, or another --product.",
                    core::join(facts.like(said.where), ", ")));
  }
  return facts.code(*release);
}

bool isTree(ports::Files& files, const std::string& path) {
  const auto folder = files.resolve(path);
  if (!folder || files.info(*folder)->type != ports::FileType::folder) return false;
  return !files.info(*folder + "/toc.dat") && !files.info(*folder + "/dump");
}

CodePlace placeOf(const config::Instance& instance) {
  return {instance.root, instance.product, instance.settings, instance.interpreter};
}

/// What lies there must have something to judge.
Code withMigrations(Code code) {
  if (code.migrations.empty()) {
    throw core::Error(core::Kind::not_found,
                      fmt::format("{} has the settings of {}, but no migration file", code.root,
                                  config::productName(code.product)),
                      "Name the folder of an installation or of a whole checkout.");
  }
  return code;
}

Code treeCode(Context& context, const Said& said, const std::string& path) {
  CodePlace place{path};
  if (!said.product.empty()) place.product = productOf(context, said.product);
  return withMigrations(migrations::readCode(context.world().files, place));
}

/// "150020" is 15.20; before 10 it had three parts.
std::string serverVersion(int number) {
  if (number >= 100000) return fmt::format("{}.{}", number / 10000, number % 10000);
  return fmt::format("{}.{}", number / 10000, number / 100 % 100);
}

/// "7.0.15"; empty where Redis can't be asked.
std::string redisVersion(Context& context, const config::Instance& instance) {
  if (!application::hasRedis(instance)) return {};
  try {
    auto command = application::redisCommand(context.world(), instance,
                                             instance.redis.tasks_database, {"INFO", "server"});
    command.limit = std::chrono::seconds(10);
    constexpr std::string_view kVersion = "redis_version:";
    for (const std::string& line : core::split(context.world().shell.run(command).out, '\n')) {
      if (line.starts_with(kVersion)) return std::string(core::trim(line.substr(kVersion.size())));
    }
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
  }
  return {};
}

Start databaseStart(Context& context) {
  const config::Instance& instance = context.instance(Need::look);
  database::Database database(context.world(), instance);
  const auto session = database.application();
  Start start;
  start.applied = migrations::appliedInDatabase(*session, database.name());
  start.name = start.applied->from;
  start.rows = start.applied->keys();
  const auto version =
      session->query("SELECT current_setting('server_version_num')::int AS number");
  start.surroundings.postgresql = serverVersion(static_cast<int>(version.number(0, "number")));
  start.surroundings.redis = redisVersion(context, instance);
  return start;
}

}  // namespace

config::Product productOf(Context& context, const std::string& product) {
  if (!product.empty()) {
    return product == "nautobot" ? config::Product::nautobot : config::Product::netbox;
  }
  if (context.globals().instance) return context.instance(Need::look).product;
  const auto& config = context.config();
  if (config && config->instances.size() == 1) return config->instances.front().product;
  return config::Product::netbox;
}

Code codeOf(Context& context, const Said& said) {
  if (said.where.empty()) {
    const config::Instance& instance = context.instance(Need::look);
    if (instance.root.empty()) {
      throw core::Error(
          core::Kind::not_found,
          fmt::format("instance {} has no root, so its code is not known", instance.name),
          "Name a folder or a release, or set root in the configuration.");
    }
    return withMigrations(migrations::readCode(context.world().files, placeOf(instance)));
  }
  const std::string path = context.world().caller.absolute(said.where);
  if (isRelease(said.where) && !context.world().files.resolve(path)) {
    return releaseCode(context, said);
  }
  return treeCode(context, said, path);
}

Start startOf(Context& context, const Said& said) {
  if (said.where.empty() || said.where == "database") return databaseStart(context);
  ports::Files& files = context.world().files;
  const std::string path = context.world().caller.absolute(said.where);
  const bool there = files.resolve(path).has_value();
  if (there ? isTree(files, path) : isRelease(said.where)) {
    const Code code = codeOf(context, said);
    return {code.version.empty() ? code.root : code.version, migrations::rowsOf(code), {}, {}};
  }
  Start start;
  start.applied = migrations::appliedInFile(files, path);
  start.name = start.applied->from;
  start.rows = start.applied->keys();
  return start;
}

core::Json toJson(const std::vector<migrations::Key>& keys) {
  core::Json all = core::Json::array();
  for (const auto& key : keys) all.push_back(key.inWords());
  return all;
}

core::Json toJson(const std::vector<migrations::Problem>& problems) {
  core::Json all = core::Json::array();
  for (const auto& problem : problems) {
    all.push_back({{"kind", migrations::problemName(problem.kind)},
                   {"node", problem.node.inWords()},
                   {"other", problem.other.inWords()},
                   {"members", toJson(problem.members)},
                   {"places", problem.places},
                   {"words", migrations::inWords(problem)}});
  }
  return all;
}

}  // namespace commands::migrations_shared
