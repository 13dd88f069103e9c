#include "lib/database/database.hpp"

#include <fmt/format.h>

#include "lib/core/text.hpp"
#include "lib/doctor/doctor.hpp"
#include "lib/doctor/outcome.hpp"

namespace doctor {
namespace {

/// Free bytes that a second copy of the database wants, as a share of its size: the copy itself,
/// its write-ahead log and sorting of indexes while it is loaded.
constexpr double kRoom = 1.2;

class DatabaseChecks {
 public:
  DatabaseChecks(ports::World& world, const config::Instance& instance)
      : world_(world), instance_(instance), database_(world, instance) {}

  Results run() {
    if (instance_.database.name.empty()) {
      return {unknown("database.application", "database", "its name is not known",
                      "Set [instance." + instance_.name + ".database].")};
    }
    add("database.application", "database " + instance_.database.name + " as the application",
        [&] { return asApplication(); });
    if (instance_.database.admin.user.empty()) {
      results_.push_back(unknown("database.admin", "login that may create databases",
                                 "none is configured or was found",
                                 "Set [instance." + instance_.name + ".database.admin]."));
      return std::move(results_);
    }
    add("database.admin", "server as " + instance_.database.admin.user, [&] { return asAdmin(); });
    if (!admin_) return std::move(results_);
    add("database.rights", "rights of " + instance_.database.admin.user,
        [&] { return adminRights(); });
    for (const char* program : {"pg_dump", "pg_restore"}) {
      add("tools." + std::string(program), program, [&] { return tool(program); });
    }
    add("database.room", "room for a second copy", [&] { return room(); });
    return std::move(results_);
  }

 private:
  template <typename Look>
  void add(const std::string& id, const std::string& subject, const Look& look) {
    results_.push_back(checked(id, subject, [&] {
      core::CheckResult result = look();
      result.id = id;
      result.subject = subject;
      return result;
    }));
  }

  core::CheckResult asApplication() {
    database_.application();
    return passed({}, {},
                  fmt::format("{} logs in on {}", instance_.database.application.user,
                              serverInWords(instance_.database.application)));
  }

  core::CheckResult asAdmin() {
    admin_ = database_.admin();
    identity_ = database::identityOf(*admin_);
    const std::string words = fmt::format("PostgreSQL {} on {}", identity_.server_version_text,
                                          serverInWords(instance_.database.admin));
    if (!identity_.in_recovery) return passed({}, {}, words);
    return warned({}, {}, words + ", a standby",
                  "Backups can be taken here, restores need the primary.");
  }

  core::CheckResult adminRights() {
    const auto rows = admin_->query(
        "SELECT rolsuper, rolcreatedb, pg_has_role(current_user, (SELECT datdba FROM pg_database "
        "WHERE datname = $1), 'MEMBER') AS owns FROM pg_roles WHERE rolname = current_user",
        {instance_.database.name});
    if (rows.boolean(0, "rolsuper")) return passed({}, {}, "superuser");
    if (!rows.boolean(0, "rolcreatedb")) {
      return failed({}, {}, "may not create databases",
                    "A restore makes a new one: ALTER ROLE … CREATEDB, or configure another "
                    "login in [database.admin].");
    }
    if (rows.isNull(0, "owns")) {
      return failed({}, {}, "there is no database " + instance_.database.name,
                    "Correct name in the [database] section.");
    }
    if (!rows.boolean(0, "owns")) {
      return failed({}, {}, "may create databases, but does not own " + instance_.database.name,
                    "Only its owner can rename it: GRANT the owner's role to this one.");
    }
    return warned({}, {}, "may create databases, no superuser",
                  "Roles are saved without their passwords, and extensions that are not trusted "
                  "can't be restored.");
  }

  core::CheckResult tool(const std::string& program) {
    if (database::Container* inside = database_.container()) {
      return passed({}, {}, inside->ask({program, "--version"}) + " in the container");
    }
    try {
      return passed({}, {}, database_.toolFolder(program) + "/" + program);
    } catch (const core::Error& error) {
      if (error.kind() != core::Kind::not_found) throw;
      return failed({}, {}, error.what(), error.hint());
    }
  }

  core::CheckResult room() {
    const auto rows = admin_->query(
        "SELECT pg_database_size(oid) AS bytes, current_setting('data_directory', true) AS folder "
        "FROM pg_database WHERE datname = $1",
        {instance_.database.name});
    if (rows.empty()) {
      return failed({}, {}, "there is no database " + instance_.database.name,
                    "Correct name in the [database] section.");
    }
    const auto bytes = static_cast<std::uint64_t>(rows.number(0, "bytes"));
    const std::string size = core::formatBytes(bytes);
    const std::string& host = instance_.database.admin.host;
    const bool here = host.empty() || host[0] == '/' || host == "localhost" || host == "127.0.0.1";
    if (!here || rows.text(0, "folder").empty()) {
      return unknown({}, {},
                     fmt::format("the database has {}; {}", size,
                                 here ? "the server does not tell its data folder"
                                      : "the server is on another host"),
                     here ? "GRANT pg_read_all_settings to the login."
                          : "Look at the free space of its data folder there.");
    }
    const auto free = database_.freeBytes(rows.text(0, "folder"));
    const auto wanted = static_cast<std::uint64_t>(static_cast<double>(bytes) * kRoom);
    const std::string words =
        fmt::format("{} free in {}, the database has {}; rule of thumb: {} times that",
                    core::formatBytes(free), rows.text(0, "folder"), size, kRoom);
    if (free >= wanted) return passed({}, {}, words);
    return failed({}, {}, words,
                  "A restore keeps the old database beside the new one: make room before it.");
  }

  static std::string serverInWords(const config::DatabaseLogin& login) {
    return fmt::format("{}:{}", login.host.empty() ? "the local socket" : login.host, login.port);
  }

  ports::World& world_;
  const config::Instance& instance_;
  database::Database database_;
  std::unique_ptr<ports::Sql> admin_;
  database::Identity identity_;
  Results results_;
};

}  // namespace

Results checkDatabase(ports::World& world, const config::Instance& instance) {
  return DatabaseChecks(world, instance).run();
}

}  // namespace doctor
