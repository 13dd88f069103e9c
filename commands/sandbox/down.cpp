#include <fmt/format.h>

#include "commands/sandbox/sandbox.hpp"
#include "commands/sandbox/shared.hpp"

namespace commands {
namespace {

struct Options {
  std::string folder;
  bool keep = false;
};

void bind(Arguments& arguments, Options& options) {
  sandbox_shared::bindFolder(arguments, options.folder);
  arguments.flag("--keep", options.keep, "stop it, and keep the folder with all its data");
}

int run(Context& context, const Options& options) {
  const std::string folder = sandbox_shared::folder(context, options.folder);
  if (context.globals().dry_run) {
    sandbox_shared::tellForeseen(context,
                                 sandbox::foreseeDown(context.world(), folder, options.keep));
    return 0;
  }
  const auto done = sandbox::down(context.world(), folder, options.keep, context.out().progress());
  core::Json json;
  json["done"] = done;
  std::string lines = done.empty() ? "already down\n" : "";
  for (const auto& word : done) lines += word + "\n";
  context.out().result(json, lines);
  if (!done.empty()) context.markChanged();
  return 0;
}

}  // namespace

Verb sandboxDown() {
  Verb verb;
  verb.name = "down";
  verb.summary = "stop a sandbox and delete its folder";
  verb.description =
      "Stops the processes that `sandbox up` started, and no others, then deletes the folder with "
      "everything in it: database, backup sets, logs. Nothing is asked, because nothing in a "
      "sandbox matters. A folder that is no sandbox is left alone.";
  verb.examples = {"sotctl sandbox down", "sotctl sandbox down --dir /tmp/try --keep"};
  verb.exits = {{4, "there is no sandbox in the folder"},
                {5, "the folder holds something else"},
                {6, "another command is at work on this sandbox"},
                {8, "the sandbox belongs to somebody else"},
                {9, "a process did not end in time"},
                {13, "a process may be the sandbox's or not: nothing was deleted"}};
  return makeVerb<Options>(std::move(verb), bind, run);
}

}  // namespace commands
