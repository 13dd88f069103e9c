#include "lib/sandbox/programs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/sandbox/embedded.hpp"

namespace sandbox {
namespace {

constexpr const char* kInstall =
    "Install what is missing: apt-get install postgresql redis-server gunicorn python3-psycopg2 "
    "python3-redis";

ports::Outcome ask(ports::World& world, std::vector<std::string> argv) {
  ports::Command command{std::move(argv)};
  command.limit = std::chrono::seconds(20);
  command.mutates = false;
  return world.shell.run(command);
}

int number(std::string_view text) {
  int value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

std::string newestServer(ports::Files& files) {
  const std::string base = "/usr/lib/postgresql";
  int newest = 0;
  if (files.info(base)) {
    for (const auto& entry : files.list(base)) {
      if (files.info(base + "/" + entry.name + "/bin/initdb")) {
        newest = std::max(newest, number(entry.name));
      }
    }
  }
  if (newest == 0) {
    throw core::Error(core::Kind::not_found, "there is no PostgreSQL server below " + base,
                      kInstall);
  }
  return fmt::format("{}/{}/bin", base, newest);
}

void requirePrograms(ports::World& world, const std::string& tools) {
  std::vector<std::string> missing;
  for (const std::string& program :
       {tools + "/initdb", tools + "/pg_ctl", tools + "/psql", std::string(kRedis),
        std::string(kGunicorn), std::string(kPython)}) {
    if (!world.files.resolve(program)) missing.push_back(program);
  }
  if (missing.empty()) {
    for (const char* module : {"psycopg2", "redis"}) {
      const auto outcome = ask(world, {kPython, "-c", fmt::format("import {}", module)});
      if (!outcome.ok()) missing.push_back(fmt::format("module {} of {}", module, kPython));
    }
  }
  if (missing.empty()) return;
  throw core::Error(core::Kind::not_found,
                    "a sandbox needs programs that are not here: " + core::join(missing, ", "),
                    kInstall);
}

std::string serverAccount(ports::World& world) {
  if (!world.caller.root()) return world.caller.account;
  for (const char* account : {"postgres", "nobody"}) {
    if (ask(world, {"id", "-u", account}).ok()) return account;
  }
  throw core::Error(core::Kind::not_found,
                    "there is neither an account postgres nor an account nobody for the servers",
                    "Run it as an ordinary user instead.");
}

PortNumbers freePorts(ports::World& world, const PortNumbers& wanted) {
  const auto outcome =
      ask(world, {kPython, "-c", std::string(embedded("free_ports.py")),
                  std::to_string(wanted.postgres), std::to_string(wanted.redis),
                  std::to_string(wanted.application), std::to_string(wanted.standby)});
  const auto words = core::split(core::trim(outcome.out), ' ');
  if (!outcome.ok() || words.size() != 4) {
    throw core::Error(core::Kind::unexpected,
                      "no free ports were found on 127.0.0.1: " + outcome.inWords());
  }
  return {number(words[0]), number(words[1]), number(words[2]), number(words[3])};
}

}  // namespace sandbox
