#include <fmt/format.h>

#include "commands/context.hpp"
#include "commands/snapshot/snapshot.hpp"
#include "lib/snapshot/snapshot.hpp"

namespace commands {
namespace {

struct SnapshotListOptions {};
void bind(Arguments&, SnapshotListOptions&) {}

int list(Context& context, const SnapshotListOptions&) {
  core::Json document{{"snapshots", core::Json::array()}};
  out::Table table({"SNAPSHOT", "INSTANCE", "TAKEN", "RELEASE"});
  for (const config::Instance* instance : context.instances()) {
    snapshot::Store store(context.world(), context.stateFolder(), instance->name);
    const auto told = [&](const std::string& words) {
      context.out().warn("can't be read: " + words);
    };
    for (const auto& one : store.list(told)) {
      std::string release;
      if (one.parts.contains("versions") && one.parts["versions"].contains(one.product) &&
          one.parts["versions"][one.product].is_string()) {
        release = one.parts["versions"][one.product];
      }
      document["snapshots"].push_back({{"snapshot", one.id},
                                       {"instance", one.instance},
                                       {"taken", core::formatUtc(one.taken)},
                                       {"release", release}});
      table.add({one.id, one.instance, core::formatLocal(one.taken), release});
    }
  }
  context.out().result(document, document["snapshots"].empty() ? "No snapshots.\n" : table.text());
  return 0;
}

}  // namespace

Verb snapshotList() {
  Verb verb;
  verb.name = "list";
  verb.summary = "list the snapshots of this host, newest first";
  verb.description = "One line for each, of one instance or of all.";
  verb.examples = {"sotctl snapshot list"};
  return makeVerb<SnapshotListOptions>(std::move(verb), bind, list);
}

}  // namespace commands
