#include "commands/sanitize/sanitize.hpp"
#include "commands/sanitize_copying.hpp"
#include "commands/sanitize_rehearsal.hpp"

namespace commands {
namespace {

struct SanitizeDatabaseOptions {
  std::string from;
  CopyOptions copy;
};

void bind(Arguments& arguments, SanitizeDatabaseOptions& options) {
  arguments.option("--from", "NAME", options.from,
                   "database of the instance's server; otherwise the instance's own");
  bindCopy(arguments, options.copy);
}

int run(Context& context, const SanitizeDatabaseOptions& options) {
  const Destination out = destinationOf(context, options.copy.to);
  refuseOverwriting(context, options.copy, "");
  database::Database server(context.world(), context.instance(Need::look));
  const std::string from = options.from.empty() ? server.name() : options.from;
  Copying copying(context, options.copy, out,
                  databaseInput(context, from, out.scratch, context.globals().dry_run));
  if (context.globals().dry_run) {
    copying.tellPlan();
    return 0;
  }
  const auto rows = copying.scratchFile();
  sanitize::RewritePlan plain = copying.how();
  plain.packing = dump::Compression::none;
  sanitize::Rewritten rewritten =
      sanitize::rewriteDump(copying.input(), plain, copying.originals(), *rows, copying.around());
  copying.lap("rewrite");
  const auto copy = copying.scratchFile();
  {
    database::ThrowAwayDatabase throw_away(server, from);
    restoreInto(server, throw_away.name(), *rows->read(), context.out().progress());
    requireRows(server, throw_away.name(), rewritten);
    copying.lap("restore");
    rewritten.sha256 = dumpOf(server, throw_away.name(), copying.how().packing, *copy);
    throw_away.drop();
  }
  copying.lap("dump");
  copying.conclude(*copy, rewritten);
  return 0;
}

}  // namespace

Verb sanitizeDatabase() {
  return makeVerb<SanitizeDatabaseOptions>(
      {"database",
       "dump a live database with nothing sensitive left in it, seen to restore",
       "Dumps a database, treats the dump as `sanitize dump` does, restores the result into a "
       "database of its own on the same server, compares its numbers of rows, and dumps that. So "
       "the file is one that pg_dump wrote and that is known to restore: constraints, keys and "
       "sequences are the server's word. Originals never leave the dump's file without a name, "
       "which is gone with the run. Pseudonyms are those of `sanitize dump` with the same key."
       "\n\nThe second database is dropped in any case: at the end, after an error or an "
       "interrupt, "
       "and by a program that waits for sotctl's end when it is killed. What even that leaves, the "
       "next run drops. It needs as much disk again as the database, and the right to create "
       "databases.",
       {"sotctl sanitize database --to clean.sql.gz --key-file /etc/sotctl/sanitize.key",
        "sotctl -i prod sanitize database --from netbox --to clean.sql --report report.md"},
       {{3, "a rules file is wrong"},
        {4, "there is no such instance or database, or no pg_dump"},
        {5,
         "a column is unknown, references would dangle, or the database holds what belongs in no "
         "dump"},
        {7, "the server could not be reached"},
        {8, "the login may not read the database or create another one"},
        {10, "original values are left in the copy, or it does not restore; nothing was written"},
        {20, "with --detailed-exitcode: a copy was written"}},
       {}},
      bind, run);
}

}  // namespace commands
