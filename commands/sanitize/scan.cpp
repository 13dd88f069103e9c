#include <fmt/format.h>

#include "commands/sanitize/sanitize.hpp"
#include "commands/sanitize/shared.hpp"
#include "lib/core/cipher.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace commands {
namespace {

struct SanitizeScanOptions {
  std::string original;
  std::string sanitized;
  RuleOptions rules;
  std::string database;
  std::optional<std::string> key_file;
  int jobs = 0;
};

void bind(Arguments& arguments, SanitizeScanOptions& options) {
  arguments.option("--original", "IN", options.original, "the dump that the copy was made from");
  arguments.option("--sanitized", "OUT", options.sanitized,
                   "the copy; both in any form that dump reads");
  arguments.option("--database", "NAME", options.database, "the database of a file of pg_dumpall");
  arguments.option("--product", "NAME", options.rules.product,
                   "netbox or nautobot, where its tables do not say so");
  arguments.option("--rules", "FILE", options.rules.rules,
                   "file of your own, for its list of allowed words");
  arguments.option("--key-file", "FILE", options.key_file, "key of the digests in the report");
  arguments.option("-j,--jobs", "N", options.jobs, "threads; as many as processors, at most 8");
}

int run(Context& context, const SanitizeScanOptions& options) {
  if (options.original.empty() || options.sanitized.empty()) {
    throw core::Error(core::Kind::usage, "--original and --sanitized are both needed",
                      "sotctl sanitize scan --original IN --sanitized OUT");
  }
  ports::World& world = context.world();
  const sanitize::Surroundings around{world.cancellation, context.out().progress(),
                                      jobsFor(options.jobs)};
  const std::string scratch = "/var/tmp";
  const sanitize::Input original = inputOf(context, options.original, scratch);
  const sanitize::Input copy = inputOf(context, options.sanitized, scratch);
  const sanitize::Inspected inspected = sanitize::inspect(original, options.database, around);
  const LoadedRules loaded =
      loadRules(context, options.rules, productOf(context, inspected.facts, options.rules));
  auto* room = dynamic_cast<ports::ScratchFiles*>(&world.files);
  sanitize::Originals originals(sanitize::commonWords(inspected.facts, loaded.allowed),
                                {std::size_t{96} << 20, room, scratch});
  sanitize::collectOriginals(original, inspected.facts, loaded.catalogue, options.database,
                             originals, around);
  originals.freeze();
  const std::string key = keyFor(context, options.key_file);
  const sanitize::Findings findings =
      sanitize::searchDump(copy, inspected.facts, loaded.catalogue, options.database, originals,
                           core::hmacSha256(key, "digests"), around);
  context.out().result(findingsDocument(findings, originals), findingsText(findings, originals));
  if (findings.leaks.empty()) return 0;
  throw core::Error(core::Kind::failed_check,
                    "original values are left in " + core::printable(copy.name),
                    "Rules for the places that were found:\n" + suggestedRules(findings));
}

}  // namespace

Verb sanitizeScan() {
  return makeVerb<SanitizeScanOptions>(
      {"scan",
       "search a sanitized copy for every original value of a sensitive column",
       "Collects all values of the catalogue's columns from the original (also those in the change "
       "log), "
       "then searches everything in the copy: rows, JSON keys and values, arrays, binary values, "
       "statements and comments; in any case and notation. It knows nothing of how the copy was "
       "made."
       "\n\nA report names the place and a digest, never the value. Words that are too short or "
       "too plain "
       "to mean anything are counted, and must only not stand where they stood. A rules file may "
       "list "
       "words that mean nothing, with reasons: [allow] \"word\" = \"reason\".",
       {"sotctl sanitize scan --original netbox.sql.gz --sanitized clean.sql.gz",
        "sotctl sanitize scan --original cluster.sql --database netbox --sanitized clean.sql -o "
        "json"},
       {{4, "there is no such file or database"},
        {8, "a file may not be read"},
        {10, "original values are left in the copy"},
        {11, "a dump is cut or damaged"},
        {13, "a file can't be read by this version"}},
       {}},
      bind, run);
}

}  // namespace commands
