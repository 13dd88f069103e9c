#include "commands/trusted.hpp"

#include <fmt/format.h>

#include "lib/config/trust.hpp"
#include "lib/core/error.hpp"

namespace commands {
namespace {

void requireTrusted(ports::World& world, const std::string& path) {
  const auto seen = world.files.info(path);
  if (!seen) return;
  std::optional<std::string> reason;
  if (seen->type == ports::FileType::link) {
    reason = path + " is a link";
  } else {
    reason = config::distrust(world.files, path, world.caller.uid);
  }
  if (!reason) return;
  throw core::Error(core::Kind::refused,
                    fmt::format("what runs are to do can't be trusted: {}", *reason),
                    fmt::format("Make sure that nobody else has written there, then give it back: "
                                "chown {} and chmod go-w.",
                                world.caller.account));
}

}  // namespace

void requireTrustedRuns(Context& context, const std::string& run) {
  ports::World& world = context.world();
  const std::string state = context.stateFolder();
  requireTrusted(world, state);
  requireTrusted(world, state + "/runs");
  requireTrusted(world, state + "/instances");
  if (run.empty()) return;
  requireTrusted(world, state + "/runs/" + run);
  requireTrusted(world, state + "/runs/" + run + "/journal.jsonl");
}

}  // namespace commands
