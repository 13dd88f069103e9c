#include "lib/restore/role_password.hpp"

#include <fmt/format.h>

#include <optional>
#include <regex>

#include "lib/application/password.hpp"
#include "lib/core/cipher.hpp"
#include "lib/core/error.hpp"
#include "lib/core/scram.hpp"
#include "lib/core/text.hpp"

namespace restore {
namespace {

constexpr const char* kKind = "role.password";
constexpr const char* kBack = "role.password_back";
constexpr const char* kNone = "none";  // how a file says that the role had no password
constexpr std::size_t kSaltBytes = 16;

/// What pg_authid keeps of the role's password; nothing where this login may not see it.
std::optional<std::string> keptOf(ports::Sql& sql, const std::string& role) {
  const bool allowed =
      sql.query("SELECT has_table_privilege('pg_catalog.pg_authid', 'SELECT') AS may")
          .boolean(0, "may");
  if (!allowed) return std::nullopt;
  const ports::SqlRows found = sql.query(
      "SELECT coalesce(rolpassword, $2) AS kept FROM pg_authid WHERE rolname = $1", {role, kNone});
  return found.empty() ? std::nullopt : std::optional(found.text(0, "kept"));
}

/// Kept out of the server's log where this login may say so: there is no need for it there.
void alter(ports::Sql& sql, const std::string& role, const std::string& kept) {
  const bool super =
      sql.query("SELECT rolsuper AS super FROM pg_roles WHERE rolname = current_user")
          .boolean(0, "super");
  sql.transact([&](ports::Sql& session) {
    if (super) {
      session.execute("SET LOCAL log_statement = 'none'");
      session.execute("SET LOCAL log_min_duration_statement = -1");
      session.execute("SET LOCAL log_min_error_statement = 'panic'");
    }
    session.execute(fmt::format("ALTER ROLE {} PASSWORD {}", ports::sqlName(role),
                                kept == kNone ? std::string("NULL") : ports::sqlText(kept)));
  });
}

void refuseOther(const Environment& environment, const std::string& role) {
  if (role == environment.instance.database.application.user) return;
  throw core::Error(core::Kind::refused,
                    fmt::format("role {} is not the application's", core::printable(role)),
                    "Its password is left alone. Look at the journal of the run that names it.");
}

std::string readKept(const Environment& environment, const std::string& file) {
  static const std::regex kForm("none|md5[0-9a-f]{32}|SCRAM-SHA-256\\$[0-9]+:[A-Za-z0-9+/=$:]+");
  const std::string kept(core::trim(environment.world.files.read(file)));
  if (std::regex_match(kept, kForm)) return kept;
  throw core::Error(core::Kind::corrupt,
                    fmt::format("{} does not hold what a role had as its password", file));
}

}  // namespace

RolePassword::RolePassword(Environment environment, const core::Json& arguments)
    : environment_(environment),
      role_(arguments.at("role").get<std::string>()),
      file_(arguments.at("file").get<std::string>()) {}

std::string RolePassword::title() const {
  return fmt::format("role {} logs in with the configured password", role_);
}

core::CheckResult RolePassword::look(core::Outcome outcome, const std::string& found) const {
  return check(kKind, "role " + role_, outcome, found, title());
}

step::Observation RolePassword::observe(const core::Json*) {
  const config::DatabaseLogin& login = environment_.instance.database.application;
  if (login.password.from == config::PasswordReference::From::none) {
    return step::observed(look(core::Outcome::pass, "no password is configured"));
  }
  try {
    database::Database(environment_.world, environment_.instance).application();
    return step::observed(look(core::Outcome::pass, "logged in"));
  } catch (const ports::SqlError& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    if (error.sqlstate() == "3D000") {  // the server asks for the password first
      return step::observed(look(core::Outcome::pass, "logged in; there is no database yet"));
    }
    if (error.sqlstate() == "28P01") return step::observed(look(core::Outcome::fail, error.what()));
    return step::observed(
        look(core::Outcome::warn, fmt::format("could not determine: {}", error.what())));
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    return step::observed(
        look(core::Outcome::warn, fmt::format("could not determine: {}", error.what())));
  }
}

void RolePassword::apply(const core::Json&, core::Progress& progress) {
  refuseOther(environment_, role_);
  const auto sql = environment_.admin();
  const std::string verifier = core::scramVerifier(
      application::resolvePassword(environment_.world, environment_.instance,
                                   environment_.instance.database.application.password),
      core::randomBytes(kSaltBytes));
  // Before the change, and once: what a second try finds is ours already.
  const std::optional<std::string> kept = keptOf(*sql, role_);
  if (kept && !environment_.world.files.info(file_)) {
    environment_.world.files.replace(file_, *kept + "\n", 0600);
  }
  alter(*sql, role_, verifier);
  progress.say(fmt::format("set the password of role {} to the configured one", role_));
}

/// After an undo the configured password is still the configured one.
step::Compensation RolePassword::compensation(const core::Json&, step::Purpose purpose) {
  if (purpose == step::Purpose::undo) return step::Compensation::none();
  return step::Compensation::by({kBack, {{"role", role_}, {"file", file_}}});
}

std::vector<std::string> RolePassword::manual() const {
  return {fmt::format("# as the database's admin, in psql: \\password {}", ports::sqlName(role_))};
}

RolePasswordBack::RolePasswordBack(Environment environment, const core::Json& arguments)
    : environment_(environment),
      role_(arguments.at("role").get<std::string>()),
      file_(arguments.at("file").get<std::string>()) {}

std::string RolePasswordBack::title() const {
  return fmt::format("role {} has the password that it had before", role_);
}

step::Observation RolePasswordBack::observe(const core::Json*) {
  const auto look = [&](core::Outcome outcome, const std::string& found) {
    return step::observed(check(kBack, "role " + role_, outcome, found, title()));
  };
  if (!environment_.world.files.info(file_)) {
    return look(core::Outcome::warn, "it was not changed, or what it was could not be read");
  }
  const bool same = keptOf(*environment_.admin(), role_) == readKept(environment_, file_);
  return look(same ? core::Outcome::pass : core::Outcome::fail, same ? "as before" : "changed");
}

void RolePasswordBack::apply(const core::Json&, core::Progress&) {
  refuseOther(environment_, role_);
  alter(*environment_.admin(), role_, readKept(environment_, file_));
}

step::Compensation RolePasswordBack::compensation(const core::Json&, step::Purpose) {
  return step::Compensation::none();
}

std::vector<std::string> RolePasswordBack::manual() const {
  return {fmt::format("# as the database's admin: ALTER ROLE {} PASSWORD 'what is in {}'",
                      ports::sqlName(role_), file_)};
}

}  // namespace restore
