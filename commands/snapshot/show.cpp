#include <fmt/format.h>

#include "commands/context.hpp"
#include "commands/snapshot/snapshot.hpp"
#include "lib/core/text.hpp"
#include "lib/snapshot/snapshot.hpp"

namespace commands {
namespace {

struct SnapshotShowOptions {
  std::string name;
};

void bind(Arguments& arguments, SnapshotShowOptions& options) {
  arguments.positional("SNAPSHOT", options.name, "id, a beginning of it, its name, or a file");
}

/// A part in one line: its values, or how many it has.
std::string inWords(const core::Json& part) {
  if (part.is_object() && part.contains("unknown")) {
    return "could not determine: " + core::printable(part["unknown"].get<std::string>());
  }
  bool small = part.is_object() && part.size() <= 16;
  for (const auto& [key, value] : part.items()) small = small && !value.is_structured();
  if (!small) return core::plural(static_cast<std::int64_t>(part.size()), "entry", "entries");
  std::vector<std::string> words;
  for (const auto& [key, value] : part.items()) {
    words.push_back(
        core::printable(key + " " + (value.is_string() ? value.get<std::string>() : value.dump())));
  }
  return core::join(words, ", ");
}

int show(Context& context, const SnapshotShowOptions& options) {
  const config::Instance& instance = context.instance(Need::look);
  const auto found =
      snapshot::Store(context.world(), context.stateFolder(), instance.name).find(options.name);
  std::string text = fmt::format("{} of {}, taken {} on {}\n", found.id, found.instance,
                                 core::formatLocal(found.taken), found.host);
  out::Table table({"", ""});
  for (const auto& [name, part] : found.parts.items()) table.add({name, inWords(part)});
  context.out().result(snapshot::toJson(found), text + table.text());
  return 0;
}

}  // namespace

Verb snapshotShow() {
  Verb verb;
  verb.name = "show";
  verb.summary = "show what a snapshot has";
  verb.description = "One line for each part; -o json gives all of it.";
  verb.examples = {"sotctl snapshot show before", "sotctl snapshot show before -o json"};
  verb.exits = {{4, "no such snapshot"}, {11, "the file is no snapshot"}};
  return makeVerb<SnapshotShowOptions>(std::move(verb), bind, show);
}

}  // namespace commands
