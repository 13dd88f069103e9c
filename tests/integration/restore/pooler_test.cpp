#include <fmt/format.h>
#include <sys/stat.h>

#include "lib/core/error.hpp"
#include "lib/database/pooler.hpp"
#include "tests/catch.hpp"
#include "tests/integration/backup/site.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/temporary_folder.hpp"

using backup_tests::Site;
using Catch::Matchers::Contains;

namespace {

/// PgBouncer in front of the tests' server.
class Pooler {
 public:
  explicit Pooler(Site& site) : port_(support::freePort()) {
    chmod(folder_.path().c_str(), 0755);
    const std::string file = folder_ / "pgbouncer.ini";
    site.world().files.replace(
        file,
        fmt::format("[databases]\n* = host={} port={} user=postgres\n[pgbouncer]\n"
                    "listen_addr = 127.0.0.1\nlisten_port = {}\nauth_type = any\n"
                    "pool_mode = transaction\nunix_socket_dir =\n",
                    Site::server().socketFolder(), Site::server().port(), port_),
        0644);
    ports::Command command;
    command.argv = {"/usr/sbin/pgbouncer", file};
    command.user = Site::server().account();
    process_ = site.world().shell.start(command, nullptr, nullptr);
  }
  int port() const { return port_; }

 private:
  support::TemporaryFolder folder_;
  int port_;
  std::unique_ptr<ports::Process> process_;
};

}  // namespace

TEST_CASE("a connection pooler in between is refused, with the way around it") {
  Site site("pooled");
  const Pooler pooler(site);
  site.instance().database.application = {"127.0.0.1", pooler.port(), "postgres", {}, ""};
  // The application may go through it.
  std::unique_ptr<ports::Sql> application;
  for (int i = 0; i < 100 && !application; ++i) {
    try {
      application = site.database().application();
    } catch (const core::Error&) {
      site.world().clock.sleep(std::chrono::milliseconds(50));
    }
  }
  REQUIRE(application);
  CHECK(application->query("SELECT 1 AS one").number(0, "one") == 1);

  database::refusePooler(site.database());  // without it between
  site.instance().database.admin = site.instance().database.application;
  try {
    database::refusePooler(site.database());
    FAIL("was let in");
  } catch (const core::Error& error) {
    CHECK(error.kind() == core::Kind::refused);
    CHECK_THAT(error.what(), Contains("connection pooler"));
    CHECK_THAT(error.hint(), Contains("database.admin"));
  }
}
