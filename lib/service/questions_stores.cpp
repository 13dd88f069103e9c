#include <fmt/format.h>

#include "lib/config/hosts.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/database/database.hpp"
#include "lib/service/inside.hpp"
#include "lib/service/questions.hpp"
#include "lib/service/redis_ask.hpp"

namespace service {
namespace {

using core::Outcome;

const config::ServiceSettings& application(const config::Instance& instance) {
  for (const auto& service : instance.services) {
    if (service.role == config::ServiceRole::application) return service;
  }
  throw core::Error(core::Kind::undetermined, "no service of role application is known");
}

/// Marks the answer among what the application says while it starts.
constexpr const char* kAnswer = "sotctl-answer ";

/// Has the application itself run a line of Python, with its own settings: in its container, or as
/// its account. Gives what it printed behind the mark.
std::string askApplication(ports::World& world, const config::Instance& instance,
                           const std::string& script) {
  const auto& service = application(instance);
  const bool netbox = instance.product == config::Product::netbox;
  std::vector<std::string> argv;
  if (netbox) {
    const std::string root = instance.root.empty() ? "/opt/netbox" : instance.root;
    const std::string python =
        instance.interpreter.empty() ? root + "/venv/bin/python" : instance.interpreter;
    argv = {python, root + "/netbox/manage.py", "shell", "-c", script};
  } else {
    const bool on_host =
        service.manager != config::ServiceManager::compose && !instance.root.empty();
    argv = {on_host ? instance.root + "/bin/nautobot-server" : "nautobot-server", "shell",
            "--command", script};
  }
  auto command = insideOf(world, instance, service, argv);
  command.limit = std::chrono::seconds(60);
  const auto outcome = config::worldOf(world, instance, service).shell.run(command);
  const auto at = outcome.out.find(kAnswer);
  if (at == std::string::npos) {
    throw core::Error(core::Kind::failed_check, "the application says: " + outcome.inWords());
  }
  const auto from = at + std::string(kAnswer).size();
  return outcome.out.substr(from, outcome.out.find('\n', from) - from);
}

core::CheckResult compared(const std::string& subject, const std::string& found,
                           const checks::Arguments& arguments) {
  const std::string expected = arguments.text("expect", "");
  const bool good = expected.empty() || found == expected;
  return {{},
          subject,
          good ? Outcome::pass : Outcome::fail,
          core::printable(found.substr(0, 200)),
          expected,
          {}};
}

std::string firstField(const ports::SqlRows& rows) {
  if (rows.empty() || rows.columns.empty()) return {};
  return rows.text(0, rows.columns.front());
}

core::CheckResult askSql(ports::World& world, const config::Instance& instance,
                         const checks::Arguments& arguments) {
  const std::string subject = "database " + instance.database.name;
  try {
    if (arguments.flag("inside")) {
      return compared(subject + ", asked by the application",
                      askApplication(world, instance,
                                     "from django.db import connection as c; q = c.cursor(); "
                                     "q.execute('SELECT 1'); print('sotctl-answer', "
                                     "q.fetchone()[0])"),
                      arguments);
    }
    auto sql = database::Database(world, instance).application();
    sql->query("SELECT set_config('default_transaction_read_only', 'on', false)");
    return compared(subject, firstField(sql->query(arguments.text("query", "SELECT 1"))),
                    arguments);
  } catch (const core::Error& error) {
    if (error.kind() != core::Kind::unreachable && error.kind() != core::Kind::failed_check) throw;
    return {{}, subject, Outcome::fail, error.what(), {}, error.hint()};
  }
}

core::CheckResult askRedis(ports::World& world, const config::Instance& instance,
                           const checks::Arguments& arguments) {
  try {
    if (arguments.flag("inside")) {
      const bool netbox = instance.product == config::Product::netbox;
      const std::string script =
          netbox ? "import django_rq; print('sotctl-answer', "
                   "django_rq.get_connection('default').ping())"
                 : "from django_redis import get_redis_connection as g; print('sotctl-answer', "
                   "g('default').ping())";
      const std::string answer = askApplication(world, instance, script);
      return {{},
              "Redis, asked by the application",
              answer == "True" ? Outcome::pass : Outcome::fail,
              answer,
              "True",
              {}};
    }
    const auto lines = RedisAsk(world, instance)
                           .lines(arguments.number("database", instance.redis.tasks_database),
                                  {"INFO persistence"});
    for (const auto& line : lines) {
      if (core::trim(line) == "loading:0") {
        return {{}, "Redis", Outcome::pass, "it has its data", "loading:0", {}};
      }
    }
    return {{}, "Redis", Outcome::fail, "it is still loading", "loading:0", {}};
  } catch (const core::Error& error) {
    if (error.kind() != core::Kind::unreachable && error.kind() != core::Kind::failed_check) throw;
    return {{}, "Redis", Outcome::fail, error.what(), {}, error.hint()};
  }
}

}  // namespace

void addStores(checks::Kinds& kinds, ports::World& world, const config::Instance& instance) {
  kinds.add("sql",
            {{}, {"query", "expect", "inside"}, false, [&](const checks::Arguments& arguments) {
               return askSql(world, instance, arguments);
             }});
  kinds.add("redis", {{}, {"database", "inside"}, false, [&](const checks::Arguments& arguments) {
                        return askRedis(world, instance, arguments);
                      }});
}

}  // namespace service
