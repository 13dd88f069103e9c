#include "lib/restore/fit.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace restore {
namespace {

constexpr const char* kId = "restore.migrations";
constexpr const char* kNoted = "migrations.noted";
constexpr std::size_t kShown = 5;

migrations::CodePlace placeOf(const config::Instance& instance) {
  return {instance.root, instance.product, instance.settings, instance.interpreter};
}

std::string someOf(const std::vector<migrations::Key>& keys) {
  std::vector<std::string> words;
  for (const migrations::Key& each : keys) {
    if (words.size() == kShown) break;
    words.push_back(core::printable(each.inWords()));
  }
  return core::join(words, ", ") + (keys.size() > kShown ? ", …" : "");
}

std::string manage(const config::Instance& instance) {
  if (instance.product == config::Product::nautobot) return "nautobot-server migrate";
  return fmt::format("{} {}/netbox/manage.py migrate", instance.interpreter, instance.root);
}

core::CheckResult resultOf(const Environment& environment, const migrations::FitVerdict& verdict) {
  using migrations::Fit;
  core::CheckResult result = check(kId, "migrations", core::Outcome::fail, verdict.found,
                                   "migrations that the installed code fits");
  switch (verdict.fit) {
    case Fit::fits:
      result.outcome = core::Outcome::pass;
      break;
    case Fit::database_newer:
      result.found += ": " + someOf(verdict.newer);
      result.hint = "Install the version of the code that the database comes from first.";
      break;
    case Fit::code_newer:
      result.found += ": " + someOf(verdict.pending);
      result.hint = fmt::format("The database would have to be migrated after the swap ({}).",
                                manage(environment.instance));
      break;
    case Fit::can_not_upgrade:
      for (const migrations::Problem& each : verdict.problems) {
        result.found += "\n" + migrations::inWords(each);
      }
      result.hint = "Install the version of the code that the database comes from first.";
      break;
    case Fit::unknown:
      result.outcome = core::Outcome::unknown;
      for (const std::string& each : verdict.reasons) {
        if (result.found.find(each) == std::string::npos) result.found += "\n" + each;
      }
      result.hint = "Compare the versions by hand before you go on.";
      break;
  }
  return result;
}

}  // namespace

core::CheckResult fitOfSet(const Environment& environment, const backup::StoredSet& set) {
  return resultOf(environment, migrations::fitOfDump(environment.world.files, set.folder,
                                                     placeOf(environment.instance)));
}

core::CheckResult fitOfNoted(const Environment& environment, const std::string& file) {
  return resultOf(environment, migrations::fitOfDump(environment.world.files, file,
                                                     placeOf(environment.instance)));
}

core::Error misfit(const core::CheckResult& found) {
  return {core::Kind::refused, "the database does not fit the installed code: " + found.found,
          found.hint + " `--accept migrations-differ` goes on nevertheless.", "migrations-differ"};
}

MigrationsNoted::MigrationsNoted(Environment environment, const core::Json& arguments)
    : environment_(environment), file_(arguments.at("file").get<std::string>()) {}

std::string MigrationsNoted::title() const {
  return fmt::format("the migrations of database {} are noted for an undo",
                     environment_.instance.database.name);
}

step::Observation MigrationsNoted::observe(const core::Json*) {
  const bool there = environment_.world.files.info(file_).has_value();
  return step::observed(check(kNoted, "file " + file_,
                              there ? core::Outcome::pass : core::Outcome::fail,
                              there ? "there" : "", title()));
}

void MigrationsNoted::apply(const core::Json&, core::Progress&) {
  const std::string& name = environment_.instance.database.name;
  std::string lines;
  try {
    const auto session = database::Database(environment_.world, environment_.instance).admin(name);
    for (const migrations::AppliedRow& each : migrations::appliedInDatabase(*session, name).rows) {
      lines += each.key.inWords() + "\n";
    }
  } catch (const core::Error& error) {
    if (error.kind() != core::Kind::not_found) throw;
    // No database, or none of the product's: an undo will say that it can't tell.
  }
  environment_.world.files.replace(file_, lines, 0640);
}

step::Compensation MigrationsNoted::compensation(const core::Json&, step::Purpose) {
  return step::Compensation::none();  // a note
}

std::vector<std::string> MigrationsNoted::manual() const { return {}; }

}  // namespace restore
