#include "lib/adapters/clock.hpp"
#include "lib/adapters/postgres.hpp"
#include "lib/core/error.hpp"
#include "lib/restore/swapped.hpp"
#include "tests/catch.hpp"
#include "tests/integration/restore/house.hpp"

using backup_tests::Site;

namespace {

/// Sessions of a server that dies when the nth rename was done, inside its transaction.
class DyingSql : public ports::Sql {
 public:
  DyingSql(std::unique_ptr<ports::Sql> inner, int& renames)
      : inner_(std::move(inner)), renames_(renames) {}
  ports::SqlRows query(std::string_view sql,
                       const std::vector<ports::SqlValue>& parameters) override {
    return inner_->query(sql, parameters);
  }
  ports::SqlRows execute(std::string_view sql,
                         const std::vector<ports::SqlValue>& parameters) override {
    ports::SqlRows rows = inner_->execute(sql, parameters);
    if (sql.find("RENAME TO") != std::string_view::npos && --renames_ == 0) Site::server().kill();
    return rows;
  }
  std::int64_t copyOut(std::string_view sql, core::Sink& sink) override {
    return inner_->copyOut(sql, sink);
  }
  std::int64_t copyIn(std::string_view sql, core::Source& source) override {
    return inner_->copyIn(sql, source);
  }
  void cancel() override { inner_->cancel(); }
  bool alive() const override { return inner_->alive(); }

 private:
  std::unique_ptr<ports::Sql> inner_;
  int& renames_;
};

class DyingServer : public ports::SqlServer {
 public:
  DyingServer(ports::SqlServer& inner, int renames) : inner_(inner), renames_(renames) {}
  std::unique_ptr<ports::Sql> connect(const ports::SqlTarget& target) override {
    return std::make_unique<DyingSql>(inner_.connect(target), renames_);
  }

 private:
  ports::SqlServer& inner_;
  int renames_;
};

std::int64_t oidOf(Site& site, const std::string& name) {
  const ports::SqlRows found =
      site.database().admin()->query("SELECT oid FROM pg_database WHERE datname = $1", {name});
  return found.empty() ? 0 : found.number(0, "oid");
}

}  // namespace

TEST_CASE("a server that dies between the renames leaves both names, and the swap can go on") {
  Site site("between");
  site.sql("DROP DATABASE IF EXISTS between_new", "postgres");
  site.sql("DROP DATABASE IF EXISTS between_old", "postgres");
  site.sql("CREATE DATABASE between_new", "postgres");
  const std::int64_t live = oidOf(site, "between");
  const std::int64_t incoming = oidOf(site, "between_new");
  const core::Json arguments{{"name", "between"},     {"incoming", "between_new"},
                             {"kept", "between_old"}, {"incoming_oid", incoming},
                             {"live_oid", live},      {"system", ""}};
  ports::World& real = site.world();
  const int dies_after = GENERATE(1, 2);
  DyingServer dying(real.sql, dies_after);
  ports::World world{real.shell, dying,       real.http,         real.files,
                     real.clock, real.prompt, real.cancellation, real.caller};
  core::NoProgress progress;
  restore::Swapped dies({world, site.instance()}, arguments);
  const core::Json before = dies.before();
  try {
    dies.apply(before, progress);
    FAIL("the server did not die");
  } catch (const core::Error& error) {
    CHECK(error.kind() == core::Kind::unreachable);
  }
  Site::server().start();
  CHECK(oidOf(site, "between") == live);
  CHECK(oidOf(site, "between_new") == incoming);

  restore::Swapped again({real, site.instance()}, arguments);
  CHECK(again.observe(&before).verdict == step::Verdict::needed);
  again.apply(before, progress);
  CHECK(again.observe(&before).verdict == step::Verdict::satisfied);
  CHECK(oidOf(site, "between") == incoming);
  CHECK(oidOf(site, "between_old") == live);
}
