#include "commands/sandbox/sandbox.hpp"
#include "commands/sandbox/shared.hpp"
#include "lib/core/error.hpp"

namespace commands {
namespace {

struct Options {
  std::string folder;
};

void bind(Arguments& arguments, Options& options) {
  sandbox_shared::bindFolder(arguments, options.folder);
}

/// Fail wins over unknown.
int exitOf(const sandbox::Report& report) {
  int status = 0;
  for (const auto& member : report.members) {
    if (member.state.running == service::Running::no) {
      return core::exitStatus(core::Kind::failed_check);
    }
    if (member.state.running == service::Running::unknown) {
      status = core::exitStatus(core::Kind::undetermined);
    }
  }
  return status;
}

int run(Context& context, const Options& options) {
  const auto report =
      sandbox::status(context.world(), sandbox_shared::folder(context, options.folder));
  context.out().result(sandbox_shared::document(report), sandbox_shared::text(report));
  return exitOf(report);
}

}  // namespace

Verb sandboxStatus() {
  Verb verb;
  verb.name = "status";
  verb.summary = "show what a sandbox is made of and what to try";
  verb.description =
      "Shows each process with its port, the sizes, the application's address, and commands to "
      "try. Changes nothing.";
  verb.examples = {"sotctl sandbox status", "sotctl sandbox status --dir /tmp/try -o json"};
  verb.exits = {{4, "there is no sandbox in the folder"},
                {5, "the folder holds something else"},
                {10, "something of it does not run"},
                {13, "could not determine whether something of it runs"}};
  return makeVerb<Options>(std::move(verb), bind, run);
}

}  // namespace commands
