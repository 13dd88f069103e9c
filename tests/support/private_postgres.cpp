#include "tests/support/private_postgres.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "lib/adapters/process.hpp"
#include "tests/support/alive.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/temporary_folder.hpp"

namespace support {
namespace {

namespace fs = std::filesystem;

/// The newest version that is installed; "" if none is.
std::string findPrograms() {
  std::string best;
  int newest = 0;
  std::error_code ignored;
  for (const auto& version : fs::directory_iterator("/usr/lib/postgresql", ignored)) {
    const int number = std::atoi(version.path().filename().c_str());
    if (number > newest && fs::exists(version.path() / "bin/initdb")) {
      newest = number;
      best = version.path() / "bin";
    }
  }
  return best;
}

}  // namespace

bool PrivatePostgres::available() { return !findPrograms().empty(); }

PrivatePostgres::PrivatePostgres(Empty)
    : shell_(std::make_unique<adapters::ProcessShell>(cancellation_)),
      folder_("sotctl-pg"),
      account_(geteuid() == 0 ? "postgres" : ""),
      programs_(findPrograms()),
      port_(freePort()) {}

PrivatePostgres::PrivatePostgres(const std::vector<std::string>& settings)
    : PrivatePostgres(Empty{}) {
  try {
    setUp(settings);
  } catch (...) {
    stop(SIGQUIT);  // it may have come up too late
    throw;
  }
}

std::unique_ptr<PrivatePostgres> PrivatePostgres::standbyOf(
    PrivatePostgres& primary, const std::vector<std::string>& settings) {
  std::unique_ptr<PrivatePostgres> standby(new PrivatePostgres(Empty{}));
  standby->own();
  standby->must({standby->programs_ + "/pg_basebackup", "-D", standby->folder_.path() + "/data",
                 "-h", primary.folder_.path(), "-p", std::to_string(primary.port_), "-U",
                 "postgres", "-X", "stream", "-c", "fast", "-R", "-C", "-S",
                 fmt::format("standby_{}", standby->port_), "--no-sync"});
  standby->configure(settings);
  standby->start();
  return standby;
}

void PrivatePostgres::own() {
  if (programs_.empty()) throw core::Error(core::Kind::not_found, "no PostgreSQL server here");
  if (account_.empty()) return;
  const passwd* owner = getpwnam(account_.c_str());
  if (owner == nullptr || chown(folder_.path().c_str(), owner->pw_uid, owner->pw_gid) != 0) {
    throw core::Error(core::Kind::not_found, "no account postgres");
  }
}

void PrivatePostgres::setUp(const std::vector<std::string>& settings) {
  own();
  must({programs_ + "/initdb", "-D", folder_.path() + "/data", "-U", "postgres",
        "--auth-local=trust", "--auth-host=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8",
        "--no-sync"});
  configure(settings);
  start();
}

/// The last line of a setting counts.
void PrivatePostgres::configure(const std::vector<std::string>& settings) {
  std::ofstream configuration(folder_.path() + "/data/postgresql.conf", std::ios::app);
  configuration << fmt::format(
      "\nlisten_addresses = '127.0.0.1'\nport = {}\nunix_socket_directories = '{}'\nfsync = off\n"
      "shared_buffers = 16MB\nmax_connections = 50\nlogging_collector = off\n",
      port_, folder_.path());
  for (const std::string& line : settings) configuration << line << "\n";
}

PrivatePostgres::~PrivatePostgres() { stop(SIGQUIT); }

ports::Outcome PrivatePostgres::run(std::vector<std::string> argv) {
  ports::Command command;
  command.argv = std::move(argv);
  command.user = account_;
  command.directory = folder_.path();
  return shell_->run(command);
}

void PrivatePostgres::must(std::vector<std::string> argv) {
  const ports::Outcome outcome = run(argv);
  if (outcome.ok()) return;
  throw core::Error(core::Kind::unexpected, fmt::format("{}: {}\n{}{}", argv[0], outcome.inWords(),
                                                        outcome.out, outcome.err));
}

void PrivatePostgres::start() {
  must({programs_ + "/pg_ctl", "-D", folder_.path() + "/data", "-l", folder_.path() + "/log", "-w",
        "-t", "30", "start"});
}

void PrivatePostgres::kill() { stop(SIGQUIT); }

void PrivatePostgres::stop() { stop(SIGINT); }

void PrivatePostgres::restart() {
  stop(SIGINT);
  start();
}

int PrivatePostgres::readPid() const {
  std::ifstream file(folder_.path() + "/data/postmaster.pid");
  int pid = 0;
  file >> pid;
  return pid;
}

void PrivatePostgres::stop(int signal) {
  const int pid = readPid();
  if (pid <= 0) return;
  ::kill(pid, signal);
  // The server is no child of ours (pg_ctl was): only its number tells when it is gone.
  eventually([&] { return !alive(pid); });
}

ports::SqlTarget PrivatePostgres::target(const std::string& database) const {
  ports::SqlTarget target;
  target.host = folder_.path();
  target.port = port_;
  target.database = database;
  target.user = "postgres";
  return target;
}

ports::SqlTarget PrivatePostgres::tcp(const std::string& user, const std::string& password,
                                      const std::string& database) const {
  ports::SqlTarget target = this->target(database);
  target.host = "127.0.0.1";
  target.user = user;
  target.password = core::Secret(password);
  return target;
}

}  // namespace support
