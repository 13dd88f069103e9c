#include <fmt/format.h>

#include "commands/schema/schema.hpp"
#include "commands/schema/shared.hpp"
#include "lib/core/json.hpp"
#include "lib/core/text.hpp"

namespace commands {
namespace {

struct SchemaDumpOptions {
  std::optional<std::string> where;
  std::optional<std::string> to;
  bool rights = false;
};

void bind(Arguments& arguments, SchemaDumpOptions& options) {
  arguments.positional("WHERE", options.where,
                       "database, database:NAME, a dump or backup set, or a stored snapshot; "
                       "without it the instance's database");
  arguments.option("--to", "FILE", options.to, "store the snapshot in this file");
  arguments.flag("--rights", options.rights, "owners and grants as well");
}

std::string summary(const schema::Schema& schema) {
  out::Table table({"KIND", "COUNT"});
  table.alignRight(1);
  for (const std::string& kind : schema.kinds) {
    table.add({kind, core::formatCount(static_cast<std::int64_t>(schema.count(kind)))});
  }
  std::string text = core::printable(schema.from) + "\n" + table.text();
  for (const std::string& one : sequencesBehind(schema)) text += core::printable(one) + "\n";
  for (const std::string& one : collationsChanged(schema)) text += core::printable(one) + "\n";
  return text;
}

int run(Context& context, const SchemaDumpOptions& options) {
  const schema::Schema schema =
      schema_shared::schemaOf(context, options.where.value_or(""), options.rights);
  core::Json document = schema::toJson(schema);
  std::string text = summary(schema);
  if (options.to) {
    const std::string path = context.world().caller.absolute(*options.to);
    if (context.globals().dry_run) {
      text += fmt::format("would be stored in {}\n", path);
    } else {
      context.world().files.replace(path, document.dump(1) + "\n", 0644);
      text += fmt::format("stored in {}\n", path);
    }
  }
  document["sequences_behind"] = sequencesBehind(schema);
  document["collations_changed"] = collationsChanged(schema);
  context.out().result(document, text);
  const bool well = sequencesBehind(schema).empty() && collationsChanged(schema).empty();
  return well ? 0 : core::exitStatus(core::Kind::failed_check);
}

}  // namespace

Verb schemaDump() {
  return makeVerb<SchemaDumpOptions>(
      {"dump",
       "take a schema: tables, columns, constraints, indexes, sequences and so on",
       "Reads the schema of a live database, or of a dump without restoring it, in a form that can "
       "be stored and compared. Says which sequences stand before the largest value of their "
       "column, and which collations have another version than the one that indexes were made "
       "with.",
       {"sotctl schema dump --to before.json", "sotctl schema dump /var/backups/netbox.sql.gz"},
       {{4, "there is no such instance, database or file"},
        {7, "the database could not be reached"},
        {8, "the database or the file may not be read"},
        {10, "a sequence is behind, or a collation's version has changed"},
        {11, "the dump or snapshot is damaged"},
        {13, "the dump is of a kind that is not read here"}},
       {}},
      bind, run);
}

}  // namespace commands
