#include <fmt/format.h>

#include "commands/checklists.hpp"
#include "commands/snapshot/snapshot.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/snapshot/snapshot.hpp"

namespace commands {
namespace {

struct SnapshotTakeOptions {
  std::string name;
  std::vector<std::string> csv;
  int samples = 20;
  std::optional<std::string> to;
};

void bind(Arguments& arguments, SnapshotTakeOptions& options) {
  arguments.option("--name", "NAME", options.name, "call it so: before, after");
  arguments.option("--csv", "TABLE", options.csv,
                   "also keep the rows of this table (dcim_device); repeatable");
  arguments.option("--samples", "N", options.samples, "objects of each sort that are kept (20)");
  arguments.option("--to", "FILE", options.to,
                   "write it there, instead of where snapshots are kept");
}

void refuseWrong(const SnapshotTakeOptions& options) {
  const bool good =
      options.name.find_first_not_of(
          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == std::string::npos;
  if (!good) {
    throw core::Error(core::Kind::usage,
                      fmt::format("a snapshot can't be called '{}'", core::printable(options.name)),
                      "Letters, digits and _ can be used.");
  }
  if (options.samples < 0 || options.samples > 10000) {
    throw core::Error(core::Kind::usage, "--samples must be from 0 to 10000");
  }
}

/// Parts that could not be taken, in words.
std::string gaps(const core::Json& parts) {
  std::string text;
  for (const auto& [name, part] : parts.items()) {
    if (part.is_object() && part.contains("unknown")) {
      text += fmt::format("could not determine {}: {}\n", name, part["unknown"].get<std::string>());
    }
  }
  return text;
}

int take(Context& context, const SnapshotTakeOptions& options) {
  refuseWrong(options);
  const config::Instance& instance = context.instance(Need::look);
  snapshot::Snapshot taken =
      snapshot::take(context.world(), instance, outsideOf(context, instance),
                     {options.csv, options.samples}, context.out().progress());
  if (!options.name.empty()) taken.id += "-" + options.name;
  std::string file;
  if (context.globals().dry_run) {
    file = "nowhere: this is a dry run";
  } else if (options.to) {
    file = context.world().caller.absolute(*options.to);
    context.world().files.replace(file, snapshot::toJson(taken).dump(1) + "\n", 0600);
  } else {
    file = snapshot::Store(context.world(), context.stateFolder(), instance.name).save(taken);
  }
  core::Json document{{"snapshot", taken.id}, {"file", file}, {"instance", instance.name}};
  for (const auto& [name, part] : taken.parts.items()) {
    document["parts"][name] = part.is_object() && part.contains("unknown") ? "unknown" : "taken";
  }
  const std::string missing = gaps(taken.parts);
  context.out().result(document, fmt::format("{}Snapshot {} in {}\n", missing, taken.id, file));
  return missing.empty() ? 0 : core::exitStatus(core::Kind::undetermined);
}

}  // namespace

Verb snapshotTake() {
  Verb verb;
  verb.name = "take";
  verb.summary = "take a snapshot: versions, rows, migrations, schema, settings, API, samples";
  verb.description =
      "Reads only. Kept are versions, plugins, row counts of all tables, migrations, schema, "
      "settings without secrets, owners and modes, services, results of reports, counts and fields "
      "of all lists of the API, GraphQL's types, samples of devices, addresses and cables with "
      "traces, and with --csv whole tables. It holds data of the instance: its file is for its "
      "owner alone.";
  verb.examples = {"sotctl snapshot take --name before", "sotctl snapshot take --csv dcim_device",
                   "sotctl -i production snapshot take --to production.json"};
  verb.exits = {{4, "no such instance"},
                {13, "a part could not be determined; the others are there"}};
  return makeVerb<SnapshotTakeOptions>(std::move(verb), bind, take);
}

}  // namespace commands
