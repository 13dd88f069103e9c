#include <fmt/format.h>

#include "commands/sanitize/sanitize.hpp"
#include "commands/sanitize/shared.hpp"
#include "commands/sanitize_report.hpp"
#include "lib/core/base64.hpp"
#include "lib/core/cipher.hpp"
#include "lib/core/digest.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace commands {
namespace {

struct SanitizeDumpOptions {
  std::string in;
  std::string to;
  RuleOptions rules;
  std::string database;
  std::optional<std::string> key_file;
  int jobs = 0;
  std::optional<std::string> report;
  std::string login;
  std::optional<std::string> password_file;
  std::string without;
  std::string unknown_columns = "refuse";
  std::string large_objects = "drop";
};

void bind(Arguments& arguments, SanitizeDumpOptions& options) {
  arguments.positional(
      "IN", options.in,
      "dump: plain (.sql, .gz, .zst), archive, folder of pg_dump -Fd, backup set; - for "
      "standard input");
  arguments.option("--to", "OUT", options.to,
                   "the copy: FILE.sql, FILE.sql.gz, FILE.sql.zst, or -");
  bindRules(arguments, options.rules);
  arguments.option("--database", "NAME", options.database,
                   "only this database of a file of pg_dumpall");
  arguments.option("--key-file", "FILE", options.key_file,
                   "key that pseudonyms depend on; without it each run gives others");
  arguments.option("-j,--jobs", "N", options.jobs, "threads; as many as processors, at most 8");
  arguments.option("--report", "FILE", options.report,
                   "what was done, as JSON, or Markdown for FILE.md");
  arguments.option("--login", "NAME", options.login,
                   "gives the first administrator of the copy this user name, for CI");
  arguments.option("--password-file", "FILE", options.password_file,
                   "file with the password for --login");
  arguments.choice("--without", {"changelog"}, options.without,
                   "leave the rows of the change log out");
  arguments.choice("--unknown-columns", {"refuse", "empty"}, options.unknown_columns,
                   "what to do with columns that no rule knows (default: refuse)");
  arguments.choice("--large-objects", {"drop", "keep"}, options.large_objects,
                   "large objects of the dump (default: drop)");
}

std::string folderOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

/// As Django's PBKDF2PasswordHasher stores it; the salt follows from the key, so that a run can be
/// repeated. Source: django/contrib/auth/hashers.py of Django 3.2 to 5.1.
sanitize::Login loginOf(Context& context, const SanitizeDumpOptions& options,
                        const std::string& key) {
  sanitize::Login login;
  if (options.login.empty() && !options.password_file) return login;
  if (options.login.empty() || !options.password_file) {
    throw core::Error(core::Kind::usage, "--login and --password-file belong together",
                      "Give both: --login ci --password-file FILE.");
  }
  const std::string path = context.world().caller.absolute(*options.password_file);
  const std::string password(core::trim(context.world().files.read(path)));
  if (password.empty())
    throw core::Error(core::Kind::configuration, path + " is empty", "Write the password into it.");
  constexpr int kIterations = 260000;
  const std::string salt =
      core::toHex(core::hmacSha256(key, "salt of " + options.login)).substr(0, 22);
  login.user = options.login;
  login.password_hash =
      fmt::format("pbkdf2_sha256${}${}${}", kIterations, salt,
                  core::base64(core::pbkdf2Sha256(password, salt, kIterations, 32)));
  return login;
}

/// What the result depends on, as one digest.
std::string recipe(const SanitizeDumpOptions& options, const LoadedRules& loaded,
                   const std::string& key, const sanitize::Login& login, const std::string& input) {
  return core::sha256(core::join(
      {input, loaded.rules.fingerprint, loaded.catalogue.fingerprint,
       core::toHex(core::hmacSha256(key, "fingerprint")), options.database, options.without,
       options.unknown_columns, options.large_objects, login.user, login.password_hash},
      "\n"));
}

/// Remembers which recipe a file was made by: the same is not cooked twice.
class Record {
 public:
  Record(Context& context, const std::string& path)
      : context_(context),
        out_(path),
        path_(context.accountStateFolder() + "/sanitize/" + core::sha256(path).substr(0, 24) +
              ".json") {}

  bool same(const std::string& recipe) const {
    ports::Files& files = context_.world().files;
    if (!files.info(path_) || !files.info(out_)) return false;
    const core::Json known = core::Json::parse(files.read(path_), nullptr, false);
    if (!known.is_object() || known.value("recipe", "") != recipe) return false;
    const auto source = files.open(out_);
    sanitize::DigestSource digest(*source);
    std::vector<char> block(core::kBlockBytes);
    while (digest.read(block) > 0) context_.world().cancellation.check();
    return known.value("output", "") == digest.hex();
  }
  void keep(const std::string& recipe, const std::string& output) {
    ports::Files& files = context_.world().files;
    files.makeFolder(folderOf(path_), 0700);
    files.replace(path_, core::Json({{"recipe", recipe}, {"output", output}}).dump() + "\n", 0600);
  }

 private:
  Context& context_;
  std::string out_;
  std::string path_;
};

void refuseSame(Context& context, const std::string& in, const std::string& out) {
  ports::World& world = context.world();
  if (in == "-") return;
  const auto from = world.files.resolve(world.caller.absolute(in));
  if (from && from == world.files.resolve(out)) {
    throw core::Error(core::Kind::refused,
                      "the copy would replace the original " + core::printable(*from),
                      "Name another file with --to.");
  }
}

void writeReport(Context& context, const std::string& file, const core::Json& document,
                 const std::string& markdown) {
  const std::string path = context.world().caller.absolute(file);
  context.world().files.replace(path, path.ends_with(".md") ? markdown : document.dump(2) + "\n",
                                0644);
}

int run(Context& context, const SanitizeDumpOptions& options) {
  if (options.to.empty()) {
    throw core::Error(core::Kind::usage, "--to is missing",
                      "Name the copy: --to FILE.sql.gz, or --to - .");
  }
  ports::World& world = context.world();
  const bool to_stdout = options.to == "-";
  const std::string out = to_stdout ? "" : world.caller.absolute(options.to);
  const std::string scratch = to_stdout ? "/var/tmp" : folderOf(out);
  if (!to_stdout) refuseSame(context, options.in, out);

  Stopwatch watch(world.clock);
  const sanitize::Surroundings around{world.cancellation, context.out().progress(),
                                      jobsFor(options.jobs)};
  const sanitize::Input input = inputOf(context, options.in, scratch);
  const sanitize::Inspected inspected = sanitize::inspect(input, options.database, around);
  watch.lap("inspect");
  if (inspected.facts.carriage_returns) {
    context.out().warn(
        "the dump has the line ends of another system (CR LF); the copy's rows have plain ones");
  }
  const LoadedRules loaded =
      loadRules(context, options.rules, productOf(inspected.facts, options.rules));
  const std::string key = keyFor(context, options.key_file);
  const sanitize::RewritePlan how{
      inspected.facts,
      loaded.rules,
      loaded.catalogue,
      {options.unknown_columns == "empty", options.without == "changelog"},
      {options.large_objects == "keep", false},
      key,
      options.database,
      loginOf(context, options, key),
      dump::packingOf(out)};
  const std::string cooked = recipe(options, loaded, key, how.login, inspected.sha256);
  if (!to_stdout && options.key_file && Record(context, out).same(cooked)) {
    context.out().result(
        {{"changed", false}, {"output", out}},
        fmt::format("already so: {} was made from this input with these rules and this key\n",
                    out));
    return 0;
  }
  if (context.globals().dry_run) {
    const auto plans = sanitize::makePlans(how);
    context.out().result(plannedDocument(plans), plannedText(plans, loaded.rules));
    context.markChanged();
    return 0;
  }

  sanitize::Originals originals(sanitize::commonWords(inspected.facts, loaded.allowed),
                                {std::size_t{96} << 20, &scratchFiles(context), scratch});
  const auto copy = scratchFiles(context).scratchFile(scratch);
  const sanitize::Rewritten rewritten = sanitize::rewriteDump(input, how, originals, *copy, around);
  watch.lap("rewrite");
  originals.freeze();
  const sanitize::Input written{"the copy", [&copy] { return copy->read(); }, copy->size()};
  const sanitize::Findings findings =
      sanitize::searchDump(written, inspected.facts, loaded.catalogue, options.database, originals,
                           core::hmacSha256(key, "digests"), around);
  watch.lap("scan");

  const DumpReport report{input.name,
                          to_stdout ? "standard output" : out,
                          inspected,
                          rewritten,
                          findings,
                          originals,
                          loaded,
                          core::toHex(core::hmacSha256(key, "fingerprint")).substr(0, 16),
                          options.key_file.has_value(),
                          watch.laps()};
  if (!findings.leaks.empty()) {
    if (options.report)
      writeReport(context, *options.report, reportDocument(report), reportMarkdown(report));
    context.out().warn(findingsText(findings, originals));
    throw core::Error(core::Kind::failed_check,
                      fmt::format("original values are left in the copy: {} is not written",
                                  to_stdout ? "nothing" : out),
                      "Add to a rules file (--rules FILE), and look at each place first:\n" +
                          suggestedRules(findings));
  }
  if (to_stdout) {
    const auto sink = world.files.create("/dev/stdout", 0600);
    core::pump(*copy->read(), *sink);
  } else {
    copy->publish(out, 0640);
    if (options.key_file) Record(context, out).keep(cooked, rewritten.sha256);
  }
  watch.lap("publish");
  context.markChanged();
  DumpReport whole = report;
  whole.laps = watch.laps();
  const core::Json document = reportDocument(whole);
  if (options.report) writeReport(context, *options.report, document, reportMarkdown(whole));
  if (to_stdout) {
    context.out().note(reportText(whole));
  } else {
    context.out().result(document, reportText(whole));
  }
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
