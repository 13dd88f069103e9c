#include "commands/sanitize_copying.hpp"

#include <fmt/format.h>

#include "commands/sanitize_made_before.hpp"
#include "lib/core/base64.hpp"
#include "lib/core/cipher.hpp"
#include "lib/core/digest.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace commands {
namespace {

constexpr const char* kRoom = "/var/tmp";

/// As Django's PBKDF2PasswordHasher stores it; the salt follows from the key, so that a run can be
/// repeated. Source: django/contrib/auth/hashers.py of Django 3.2 to 5.1.
sanitize::Login loginOf(Context& context, const CopyOptions& options, const std::string& key) {
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

sanitize::RewritePlan planOf(Context& context, const CopyOptions& options,
                             const Destination& destination, const sanitize::Inspected& inspected,
                             const LoadedRules& loaded) {
  const std::string key = keyFor(context, options.key_file);
  return {inspected.facts,
          loaded.rules,
          loaded.catalogue,
          {options.unknown_columns == "empty", options.without == "changelog"},
          {options.large_objects == "keep", false},
          key,
          options.database,
          loginOf(context, options, key),
          dump::packingOf(destination.path)};
}

/// What the result depends on, as one digest.
std::string recipe(const CopyOptions& options, const LoadedRules& loaded,
                   const sanitize::RewritePlan& how, const std::string& input) {
  return core::sha256(core::join(
      {input, loaded.rules.fingerprint, loaded.catalogue.fingerprint,
       core::toHex(core::hmacSha256(how.key, "fingerprint")), options.database, options.without,
       options.unknown_columns, options.large_objects, how.login.user, how.login.password_hash},
      "\n"));
}

}  // namespace

void bindCopy(Arguments& arguments, CopyOptions& options) {
  arguments.option("--to", "OUT", options.to,
                   "the copy: FILE.sql, FILE.sql.gz, FILE.sql.zst, or -");
  bindRules(arguments, options.rules);
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

Destination destinationOf(Context& context, const std::string& to) {
  if (to.empty()) {
    throw core::Error(core::Kind::usage, "--to is missing",
                      "Name the copy: --to FILE.sql.gz, or --to - .");
  }
  if (to == "-") return {true, "", kRoom};
  ports::World& world = context.world();
  const std::string path = world.caller.absolute(to);
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == 0 ? "/" : path.substr(0, slash);
  if (!world.files.resolve(folder)) {
    throw core::Error(core::Kind::not_found, "no folder " + core::printable(folder),
                      "Make it, or name another file with --to.");
  }
  const auto there = world.files.info(path);
  if (there && there->type != ports::FileType::file) {
    throw core::Error(core::Kind::refused, core::printable(path) + " is there, and is no file",
                      "Name another file with --to.");
  }
  return {false, path, folder};
}

void refuseOverwriting(Context& context, const CopyOptions& options, const std::string& in) {
  ports::World& world = context.world();
  const auto resolved = [&](const std::string& name) {
    const std::string path = world.caller.absolute(name);
    return world.files.resolve(path).value_or(path);
  };
  std::vector<std::string> read = options.rules.rules;
  if (!in.empty() && in != "-") read.push_back(in);
  for (const auto& name : {options.key_file, options.password_file}) {
    if (name) read.push_back(*name);
  }
  const auto refuse = [&](const char* what, const std::string& path, const char* option) {
    throw core::Error(core::Kind::refused,
                      fmt::format("{} would replace {}", what, core::printable(path)),
                      fmt::format("Name another file with {}.", option));
  };
  for (const std::string& name : read) {
    if (options.to != "-" && resolved(name) == resolved(options.to))
      refuse("the copy", resolved(name), "--to");
    if (options.report && resolved(name) == resolved(*options.report))
      refuse("the report", resolved(name), "--report");
  }
  if (options.report && options.to != "-" && resolved(options.to) == resolved(*options.report))
    refuse("the report", resolved(options.to), "--report");
}

Copying::Copying(Context& context, const CopyOptions& options, Destination destination,
                 sanitize::Input input)
    : context_(context),
      options_(options),
      destination_(std::move(destination)),
      watch_(context.world().clock),
      around_{context.world().cancellation, context.out().progress(), jobsFor(options.jobs)},
      input_(std::move(input)),
      inspected_(sanitize::inspect(input_, options.database, around_)),
      loaded_(
          loadRules(context, options.rules, productOf(context, inspected_.facts, options.rules))),
      how_(planOf(context, options, destination_, inspected_, loaded_)) {
  watch_.lap("inspect");
  if (inspected_.facts.carriage_returns) {
    context.out().warn(
        "the dump has the line ends of another system (CR LF); the copy's rows have plain ones");
  }
}

sanitize::Originals& Copying::originals() {
  if (!originals_) {
    originals_.emplace(sanitize::commonWords(inspected_.facts, loaded_.allowed),
                       sanitize::Originals::Limits{std::size_t{96} << 20, &scratchFiles(context_),
                                                   destination_.scratch});
  }
  return *originals_;
}

std::unique_ptr<ports::ScratchFile> Copying::scratchFile() const {
  return scratchFiles(context_).scratchFile(destination_.scratch);
}

bool Copying::alreadySo() {
  if (destination_.to_stdout || !options_.key_file) return false;
  if (!MadeBefore(context_, destination_.path)
           .same(recipe(options_, loaded_, how_, inspected_.sha256)))
    return false;
  context_.out().result(
      {{"changed", false}, {"output", destination_.path}},
      fmt::format("already so: {} was made from this input with these rules and this key\n",
                  destination_.path));
  return true;
}

void Copying::tellPlan() {
  const auto plans = sanitize::makePlans(how_);
  context_.out().result(plannedDocument(plans), plannedText(plans, loaded_.rules));
  context_.markChanged();
}

DumpReport Copying::report(const sanitize::Rewritten& rewritten,
                           const sanitize::Findings& findings) {
  return {input_.name,
          destination_.to_stdout ? "standard output" : destination_.path,
          inspected_,
          rewritten,
          findings,
          originals(),
          loaded_,
          core::toHex(core::hmacSha256(how_.key, "fingerprint")).substr(0, 16),
          options_.key_file.has_value(),
          watch_.laps()};
}

void Copying::write(const DumpReport& report) {
  if (!options_.report) return;
  const std::string path = context_.world().caller.absolute(*options_.report);
  const bool markdown = path.ends_with(".md");
  context_.world().files.replace(
      path, markdown ? reportMarkdown(report) : reportDocument(report).dump(2) + "\n", 0644);
}

void Copying::refuse(const sanitize::Findings& findings) const {
  context_.out().warn(findingsText(findings, *originals_));
  throw core::Error(
      core::Kind::failed_check,
      fmt::format("original values are left in the copy: {} is not written",
                  destination_.to_stdout ? "nothing" : core::printable(destination_.path)),
      "Add to a rules file (--rules FILE), and look at each place first:\n" +
          suggestedRules(findings));
}

void Copying::conclude(ports::ScratchFile& copy, const sanitize::Rewritten& rewritten) {
  originals().freeze();
  const sanitize::Input written{"the copy", [&copy] { return copy.read(); }, copy.size()};
  const sanitize::Findings findings =
      sanitize::searchDump(written, inspected_.facts, loaded_.catalogue, options_.database,
                           originals(), core::hmacSha256(how_.key, "digests"), around_);
  watch_.lap("scan");
  if (!findings.leaks.empty()) {
    write(report(rewritten, findings));
    refuse(findings);
  }
  if (destination_.to_stdout) {
    const auto sink = context_.world().files.create("/dev/stdout", 0600);
    core::pump(*copy.read(), *sink);
  } else {
    copy.publish(destination_.path, 0640);
    if (options_.key_file)
      MadeBefore(context_, destination_.path)
          .keep(recipe(options_, loaded_, how_, inspected_.sha256), rewritten.sha256);
  }
  watch_.lap("publish");
  context_.markChanged();
  const DumpReport whole = report(rewritten, findings);
  write(whole);
  if (destination_.to_stdout) {
    context_.out().note(reportText(whole));
  } else {
    context_.out().result(reportDocument(whole), reportText(whole));
  }
}

}  // namespace commands
