#include <fmt/format.h>

#include "commands/sanitize/sanitize.hpp"
#include "commands/sanitize/shared.hpp"
#include "lib/core/cipher.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace commands {
namespace {

struct SanitizeRulesOptions {
  std::string action;
  std::optional<std::string> file;
  std::string product = "netbox";
};

void bind(Arguments& arguments, SanitizeRulesOptions& options) {
  arguments.positional("show|explain|check|new-key", options.action,
                       "print the rules, explain the treatments, check a file, make a key");
  arguments.positional("FILE", options.file, "rules file of your own; for new-key the key's file");
  arguments.option("--product", "NAME", options.product, "netbox (default) or nautobot");
}

constexpr std::string_view kTreatments =
    "keep               stays as it is; the leak scan says if that was wrong\n"
    "null, empty        nothing; as much nothing as the column's type allows\n"
    "constant:TEXT      always TEXT; {id} in it is the row's number\n"
    "unusable-password  what Django stores for an account that nobody logs in to\n"
    "json, json-null    structure and keys stay; texts become \"\", numbers 0; or every value "
    "null\n"
    "history            the change log's JSON: each key as the column of that object's table\n"
    "repr               what the change log calls an object: see [repr]\n"
    "natural:COLUMN     the other column's pseudonym in its form for sorting\n"
    "shift:COLUMN FORM  moved as the other column was: ends of ranges\n"
    "serial, asset-tag, name, username, slug, phone\n"
    "                   pseudonym: letters stay letters, digits digits, the rest stays\n"
    "hostname           the same, each label by itself\n"
    "email              the same, below .invalid, which no mail ever leaves for\n"
    "mac, mac-keep-vendor, wwn\n"
    "                   pseudonym of the address, whatever its notation\n"
    "ip, prefix         what shares a prefix goes on sharing one; private ranges stay private\n"
    "asn, rd            private numbers stay private, short ones short\n"
    "coordinate         moved by some kilometres, the same for the same place\n";

core::Json explained(const LoadedRules& loaded) {
  core::Json named = core::Json::object();
  for (const auto& [name, places] : loaded.rules.named) named[name] = places;
  return named;
}

int show(Context& context, const LoadedRules& loaded) {
  core::Json tables = core::Json::object();
  std::string text;
  for (const std::string& table : loaded.rules.truncate) {
    tables[table] = "truncate";
    text += table + ": truncate\n";
  }
  for (const auto& [table, columns] : loaded.rules.tables) {
    for (const auto& [column, rule] : columns) {
      tables[table][column] = {
          {"treatment", rule.treatment.word}, {"origin", rule.origin}, {"reason", rule.reason}};
      text += fmt::format("{}.{}: {}{}\n", table, column, rule.treatment.word,
                          rule.reason.empty() ? "" : " (" + rule.reason + ")");
    }
  }
  context.out().result({{"product", loaded.rules.product},
                        {"fingerprint", loaded.rules.fingerprint},
                        {"tables", tables}},
                       text);
  return 0;
}

int explain(Context& context, const LoadedRules& loaded) {
  std::string text(kTreatments);
  for (const auto& [name, places] : loaded.rules.named) {
    text += fmt::format("\n{}:\n", name);
    for (const std::string& place : places) {
      const std::size_t dot = place.find('.');
      const auto rule = dot == std::string::npos
                            ? std::nullopt
                            : loaded.rules.find(place.substr(0, dot), place.substr(dot + 1), "");
      text += fmt::format("  {}: {}\n", place, rule ? rule->treatment.word : "truncate");
    }
  }
  context.out().result({{"treatments", std::string(kTreatments)}, {"named", explained(loaded)}},
                       text);
  return 0;
}

int newKey(Context& context, const std::optional<std::string>& file) {
  if (!file)
    throw core::Error(core::Kind::usage, "new-key needs a file",
                      "sotctl sanitize rules new-key FILE");
  ports::World& world = context.world();
  const std::string path = world.caller.absolute(*file);
  if (world.files.info(path)) {
    throw core::Error(
        core::Kind::refused, core::printable(path) + " is there already",
        "A lost key can't be made again: name another file, or take that one away yourself.");
  }
  context.markChanged();
  if (context.globals().dry_run) {
    context.out().result({{"changed", true}, {"key", path}}, "would write a key to " + path + "\n");
    return 0;
  }
  world.files.replace(path, core::toHex(core::randomBytes(32)) + "\n", 0600);
  context.out().result(
      {{"changed", true}, {"key", path}},
      fmt::format("wrote a key to {}: keep it where the copies do not go\n", path));
  return 0;
}

int run(Context& context, const SanitizeRulesOptions& options) {
  if (options.action == "new-key") return newKey(context, options.file);
  RuleOptions rules;
  if (options.file) rules.rules.push_back(*options.file);
  if (options.action == "check") {
    if (!options.file)
      throw core::Error(core::Kind::usage, "check needs a file",
                        "sotctl sanitize rules check FILE");
    const LoadedRules loaded = loadRules(context, rules, options.product);
    core::Json rules_of_file = core::Json::array();
    for (const auto& rule : loaded.rules.site_rules) rules_of_file.push_back(rule.inWords());
    context.out().result({{"good", true}, {"rules", std::move(rules_of_file)}},
                         fmt::format("good: {} rules on top of those for {}\n",
                                     loaded.rules.site_rules.size(), options.product));
    return 0;
  }
  if (options.action == "show") return show(context, loadRules(context, rules, options.product));
  if (options.action == "explain")
    return explain(context, loadRules(context, rules, options.product));
  throw core::Error(core::Kind::usage,
                    fmt::format("\"{}\" is none of show, explain, check, new-key",
                                core::printable(options.action)),
                    "sotctl sanitize rules show");
}

}  // namespace

Verb sanitizeRules() {
  return makeVerb<SanitizeRulesOptions>(
      {"rules",
       "show, explain and check rules; make a key",
       "Rules say how each column is treated. The shipped ones lie in sanitize/ and are compiled "
       "in; files "
       "of the same names in /etc/sotctl/sanitize replace them; a file of your own (--rules of "
       "`sanitize "
       "dump`) goes on top. A key file decides the pseudonyms: without it nobody can take them "
       "back.",
       {"sotctl sanitize rules show", "sotctl sanitize rules explain",
        "sotctl sanitize rules check site.toml",
        "sotctl sanitize rules new-key /etc/sotctl/sanitize.key"},
       {{3, "a rules file is wrong"},
        {4, "there is no such file"},
        {5, "the key file is there already"},
        {20, "with --detailed-exitcode: a key was written"}},
       {}},
      bind, run);
}

}  // namespace commands
