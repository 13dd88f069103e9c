#include <fmt/format.h>

#include "commands/sandbox/sandbox.hpp"
#include "commands/sandbox/shared.hpp"
#include "lib/core/text.hpp"
#include "lib/core/time.hpp"

namespace commands {
namespace {

struct Options {
  std::string folder;
  std::uint64_t bytes = 0;
  std::string dump;
  bool standby = false;
};

void bind(Arguments& arguments, Options& options) {
  sandbox_shared::bindFolder(arguments, options.folder);
  arguments.size("--size", "SIZE", options.bytes,
                 "how much data is generated, from 10MB up; 100MB if neither this nor --dump says");
  arguments.flag(
      "--standby", options.standby,
      "PostgreSQL gets a second server that follows the first one, for `sotctl failover`");
  arguments.option("--dump", "FILE", options.dump,
                   "load this plain dump of pg_dump (or one in .gz) instead of generating data");
}

int run(Context& context, const Options& options) {
  const sandbox::UpRequest request{sandbox_shared::folder(context, options.folder), options.bytes,
                                   context.world().caller.absolute(options.dump), options.standby};
  if (context.globals().dry_run) {
    sandbox_shared::tellForeseen(context, sandbox::foresee(context.world(), request));
    return 0;
  }
  const auto begun = context.world().clock.steady();
  const auto report = sandbox::up(context.world(), request, context.out().progress());
  const auto took =
      std::chrono::duration_cast<core::Duration>(context.world().clock.steady() - begun);
  auto json = sandbox_shared::document(report);
  json["changed"] = report.changed;
  json["seconds"] = std::chrono::duration<double>(took).count();
  context.out().result(json,
                       (report.changed ? fmt::format("up after {}: ", core::formatDuration(took))
                                       : std::string("already up: ")) +
                           sandbox_shared::text(report));
  if (report.changed) context.markChanged();
  return 0;
}

}  // namespace

Verb sandboxUp() {
  Verb verb;
  verb.name = "up";
  verb.summary = "make a sandbox and start it";
  verb.description =
      "Makes a private instance in one folder and starts it: PostgreSQL, Redis, and a small "
      "application that answers some of NetBox's pages and REST API from its database, with a "
      "worker. Everything listens on the loopback address alone, on ports that were free. Its "
      "configuration is DIR/sotctl.toml, and its backup sets lie below DIR.\n\n"
      "The data is generated, with NetBox's tables and the same rows each time, three quarters of "
      "it in the change log; --dump loads a dump of a real instance instead.\n\n"
      "A sandbox that runs is left as it is, a stopped one is started again, and one whose making "
      "was interrupted is finished. A folder that holds anything else is refused.";
  verb.examples = {"sotctl sandbox up", "sotctl sandbox up --dir /tmp/try --size 1GB",
                   "sotctl sandbox up --dump netbox.sql.gz", "sotctl sandbox up --standby"};
  verb.exits = {{4, "a program or the dump is not there"},
                {5, "the folder holds something else, or a sandbox with other data"},
                {6, "another command is at work on this sandbox"},
                {8, "the sandbox belongs to somebody else"},
                {9, "a server did not start in time"},
                {11, "the dump is cut or damaged; nothing is left of the sandbox"},
                {12, "interrupted: the sandbox is half made, and the same command finishes it"}};
  return makeVerb<Options>(std::move(verb), bind, run);
}

}  // namespace commands
