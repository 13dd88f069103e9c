#include <fmt/format.h>

#include "commands/backup/backup.hpp"
#include "commands/backup/shared.hpp"
#include "commands/operation.hpp"
#include "lib/backup/pinned.hpp"
#include "lib/core/error.hpp"

namespace commands {
namespace {

struct BackupPinOptions {
  std::string set;
};

void bind(Arguments& arguments, BackupPinOptions& options) {
  arguments.positional("SET", options.set, "id of the set, or its beginning");
}

std::optional<backup::Pin> newPin(Context& context) {
  const ports::Caller& caller = context.world().caller;
  return backup::Pin{caller.person, caller.host, context.globals().reason,
                     context.world().clock.now()};
}

Report reportOf(Context& context, const std::string& folder) {
  const backup::StoredSet set = backup::lookAt(context.world(), folder);
  Report report;
  report.document = backup_shared::setToJson(set, context.world().clock.now());
  report.text = set.pin ? fmt::format("set {}: pinned {}\n", set.id, set.pin->inWords())
                        : fmt::format("set {}: not pinned\n", set.id);
  return report;
}

int changePin(Context& context, const std::string& id, bool pinned) {
  const config::Instance& instance = context.instance(Need::change);
  Operation operation(context, instance, Operation::Locks::hosts);
  backup::Store store(context.world(), instance);
  const backup::StoredSet set = store.find(id);
  if (pinned && !set.broken.empty()) {
    context.out().warn(fmt::format("set {} can't be used: {}", set.id, set.broken));
  }
  Execution execution;
  execution.plan.id = operation.store().newId();
  execution.plan.verb = pinned ? "backup pin" : "backup unpin";
  execution.plan.instance = instance.name;
  execution.plan.title = fmt::format("{} set {}", pinned ? "pin" : "unpin", set.id);
  execution.plan.abort_on_failure = true;
  execution.plan.facts = {{"set", set.id}};
  execution.plan.steps = {
      backup::pinnedStep(store.folder(), set.id, pinned ? newPin(context) : std::nullopt)};
  execution.asks = Asks::nothing;
  execution.introduction = reportOf(context, set.folder).text;
  execution.facts = reportOf(context, set.folder).document;
  execution.report = [&context, folder = set.folder](const step::Run&) {
    return reportOf(context, folder);
  };
  return execute(context, operation, execution);
}

int pin(Context& context, const BackupPinOptions& options) {
  return changePin(context, options.set, true);
}

int unpin(Context& context, const BackupPinOptions& options) {
  return changePin(context, options.set, false);
}

const std::vector<ExitLine> kExits{{3, "the configuration is wrong"},
                                   {4, "there is no such set or instance"},
                                   {6, "another run is at work or unfinished"},
                                   {8, "the set's folder may not be written"}};

}  // namespace

Verb backupPin() {
  return makeVerb<BackupPinOptions>(
      {"pin",
       "keep a backup set from being pruned",
       "A pinned set is never removed by `sotctl backup prune`. Who pinned it, when, and the text "
       "of --reason stand in a small file in the set's folder, and are listed. A set that is "
       "pinned "
       "already keeps its pin as it is.",
       {"sotctl backup pin 20261121T0300 --reason 'state before the migration'"},
       kExits,
       {}},
      bind, pin);
}

Verb backupUnpin() {
  return makeVerb<BackupPinOptions>(
      {"unpin",
       "let a backup set be pruned again",
       "Takes the pin off a set, also the one that a set made with --description has from the "
       "beginning. Nothing is removed: the set is judged by the rules of the next `sotctl backup "
       "prune`. `sotctl run undo` puts the pin back.",
       {"sotctl backup unpin 20261121T030012Z-4f1c-ada-before-upgrade"},
       kExits,
       {}},
      bind, unpin);
}

}  // namespace commands
