#include "lib/schema/diff.hpp"

#include <fmt/format.h>

#include "commands/schema/schema.hpp"
#include "commands/schema/shared.hpp"
#include "lib/core/json.hpp"
#include "lib/core/text.hpp"

namespace commands {
namespace {

using schema::Class;
using schema::Difference;

struct SchemaDiffOptions {
  std::string expected;
  std::string found;
  std::vector<std::string> ignore;
  bool rights = false;
  bool sql = false;
  bool all = false;
};

void bind(Arguments& arguments, SchemaDiffOptions& options) {
  arguments.positional("EXPECTED", options.expected,
                       "database, database:NAME, a dump or backup set, or a stored snapshot");
  arguments.positional("FOUND", options.found, "the same");
  arguments.option("--ignore", "FILE", options.ignore,
                   "TOML file of [[ignore]] tables: object, reason, what, until (repeatable)");
  arguments.flag("--rights", options.rights, "compare owners and grants as well");
  arguments.flag("--sql", options.sql,
                 "print statements that would make FOUND as EXPECTED; they are never run");
  arguments.flag("--all", options.all, "cosmetic and ignored differences too");
}

core::Json documentOf(const schema::Comparison& comparison, const schema::Schema& expected,
                      const schema::Schema& found, const std::vector<std::string>& remarks) {
  core::Json list = core::Json::array();
  for (const Difference& one : comparison.differences) {
    list.push_back({{"class", schema::className(one.kind)},
                    {"kind", one.object.kind},
                    {"table", one.object.table},
                    {"name", one.object.name},
                    {"what", one.what},
                    {"expected", one.expected},
                    {"found", one.found},
                    {"reason", one.reason},
                    {"sql", one.sql}});
  }
  return {{"expected", expected.from},
          {"found", found.from},
          {"real", comparison.count(Class::real)},
          {"cosmetic", comparison.count(Class::cosmetic)},
          {"ignored", comparison.count(Class::ignored)},
          {"same", comparison.same},
          {"not_compared", comparison.not_compared},
          {"remarks", remarks},
          {"sequences_behind", sequencesBehind(found)},
          {"differences", list}};
}

std::string textOf(const schema::Comparison& comparison, const SchemaDiffOptions& options) {
  std::string text;
  for (const Difference& one : comparison.differences) {
    if (one.kind != Class::real && !options.all) continue;
    text += fmt::format("{}: {}\n", schema::className(one.kind), core::printable(one.inWords()));
    if (!one.reason.empty()) text += "  " + core::printable(one.reason) + "\n";
    if (options.sql && one.kind == Class::real && !one.sql.empty()) text += "  " + one.sql + "\n";
  }
  text += fmt::format("{} real, {} cosmetic, {} ignored; {} objects are the same\n",
                      comparison.count(Class::real), comparison.count(Class::cosmetic),
                      comparison.count(Class::ignored), comparison.same);
  if (!comparison.not_compared.empty()) {
    text += fmt::format("not compared, as only one side knows them: {}\n",
                        core::join(comparison.not_compared, ", "));
  }
  return text;
}

int run(Context& context, const SchemaDiffOptions& options) {
  const auto expected = schema_shared::schemaOf(context, options.expected, options.rights);
  const auto found = schema_shared::schemaOf(context, options.found, options.rights);
  std::vector<schema::Ignore> ignores = schema::shippedIgnores();
  for (const std::string& file : options.ignore) {
    const std::string path = context.world().caller.absolute(file);
    const auto more = schema::readIgnores(context.world().files.read(path), path);
    ignores.insert(ignores.end(), more.begin(), more.end());
  }
  schema::Comparison comparison = schema::compare(expected, found);
  auto remarks = schema::ignore(comparison, ignores, context.world().clock.now());
  std::string text = textOf(comparison, options);
  for (const std::string& one : sequencesBehind(found)) remarks.push_back(one);
  for (const std::string& one : remarks) text += core::printable(one) + "\n";
  context.out().result(documentOf(comparison, expected, found, remarks), text);
  const bool same = comparison.count(Class::real) == 0 && sequencesBehind(found).empty();
  return same ? 0 : core::exitStatus(core::Kind::failed_check);
}

}  // namespace

Verb schemaDiff() {
  return makeVerb<SchemaDiffOptions>(
      {"diff",
       "say what differs between two schemas, and what of it matters",
       "Compares live databases, dumps and stored snapshots with each other: tables, columns with "
       "type, default and identity, sequences and who owns them, constraints and whether they are "
       "validated, indexes with their operator classes, views, functions, triggers, types, "
       "extensions, collations. Cosmetic are the order of columns, the digest in a name that "
       "Django "
       "made, and casts and brackets of an expression; everything else is real, unless an ignore "
       "file names it with a reason.",
       {"sotctl schema diff before.json database",
        "sotctl schema diff database:netbox_squashed database --sql",
        "sotctl schema diff /var/backups/netbox.sql database --ignore known.toml -o json"},
       {{3, "an ignore file is wrong"},
        {4, "there is no such instance, database or file"},
        {7, "a database could not be reached"},
        {8, "a database or file may not be read"},
        {10, "there are real differences, or a sequence is behind"},
        {11, "a dump or snapshot is damaged"},
        {13, "a dump is of a kind that is not read here"}},
       {}},
      bind, run);
}

}  // namespace commands
