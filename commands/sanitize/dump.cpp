#include "commands/sanitize/sanitize.hpp"
#include "commands/sanitize_copying.hpp"

namespace commands {
namespace {

struct SanitizeDumpOptions {
  std::string in;
  CopyOptions copy;
};

void bind(Arguments& arguments, SanitizeDumpOptions& options) {
  arguments.positional(
      "IN", options.in,
      "dump: plain (.sql, .gz, .zst), archive, folder of pg_dump -Fd, backup set; - for "
      "standard input; database:NAME for one of the instance's server");
  bindCopy(arguments, options.copy);
  arguments.option("--database", "NAME", options.copy.database,
                   "only this database of a file of pg_dumpall");
}

int run(Context& context, const SanitizeDumpOptions& options) {
  const Destination out = destinationOf(context, options.copy.to);
  refuseOverwriting(context, options.copy, options.in);
  Copying copying(context, options.copy, out, inputOf(context, options.in, out.scratch));
  if (copying.alreadySo()) return 0;
  if (context.globals().dry_run) {
    copying.tellPlan();
    return 0;
  }
  const auto copy = copying.scratchFile();
  const sanitize::Rewritten rewritten = sanitize::rewriteDump(
      copying.input(), copying.how(), copying.originals(), *copy, copying.around());
  copying.lap("rewrite");
  copying.conclude(*copy, rewritten);
  return 0;
}

}  // namespace

Verb sanitizeDump() {
  return makeVerb<SanitizeDumpOptions>(
      {"dump",
       "copy a dump with nothing sensitive left in it, and prove it",
       "Reads a dump, replaces what the rules of its product say, and searches all of the copy for "
       "every original value of a sensitive column before the copy gets its name. No database is "
       "needed. A column's treatment follows its values into the change log. Tables that no rule "
       "knows "
       "keep their schema and lose their rows; a column that no rule knows stops the run."
       "\n\nThe same value gets the same pseudonym everywhere, and with the same key file in every "
       "run; "
       "two values never share one. Webhooks, event rules and data sources of the copy are "
       "switched "
       "off. The file appears under its name only when it is complete and clean. On standard "
       "output, "
       "too, nothing is written before the search has passed."
       "\n\nA copy that leaks is thrown away; the message names each place, and prints rules to "
       "paste.",
       {"sotctl sanitize dump netbox.sql.gz --to netbox-clean.sql.gz --key-file "
        "/etc/sotctl/sanitize.key",
        "pg_dump netbox | sotctl sanitize dump - --to clean.sql.zst --without changelog",
        "sotctl sanitize dump cluster.sql --database netbox --to clean.sql --login ci "
        "--password-file pw",
        "sotctl sanitize dump netbox.dump --to clean.sql --report report.md"},
       {{3, "a rules file is wrong"},
        {4, "there is no such file or database"},
        {5,
         "a column is unknown, references would dangle, or the input holds what belongs in no "
         "dump"},
        {8, "a file may not be read or written"},
        {10, "original values are left in the copy; nothing was written"},
        {11, "the dump is cut or damaged"},
        {13, "the input can't be read by this version"},
        {20, "with --detailed-exitcode: a copy was written"}},
       {}},
      bind, run);
}

}  // namespace commands
