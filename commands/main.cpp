// The only place that knows adapters, argv, environment and exit.
#include <pwd.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <string_view>

#include "commands/nouns.hpp"
#include "commands/program.hpp"
#include "lib/adapters/clock.hpp"
#include "lib/adapters/curl.hpp"
#include "lib/adapters/disk.hpp"
#include "lib/adapters/disk_trees.hpp"
#include "lib/adapters/postgres.hpp"
#include "lib/adapters/process.hpp"
#include "lib/adapters/ssh/hosts.hpp"
#include "lib/adapters/terminal.hpp"
#include "lib/core/cancel.hpp"
#include "lib/core/error.hpp"
#include "lib/step/under_way.hpp"
#include "remote/carried.hpp"

namespace {

core::Cancellation cancellation;
volatile std::sig_atomic_t stops_seen = 0;

/// Does only what a signal handler may.
[[noreturn]] void leave(int signal) {
  if (!step::isUnderWay()) _exit(128 + signal);
  constexpr std::string_view kWords =
      "\nsotctl: stopped at once; the run is unfinished\n"
      "  `sotctl run list --unfinished` names it. Resume or abort it.\n";
  // A terminal that is gone changes nothing about the end.
  [[maybe_unused]] const ssize_t put = write(STDERR_FILENO, kWords.data(), kWords.size());
  _exit(core::exitStatus(core::Kind::incomplete));
}

extern "C" void onStop(int signal) {
  // Whoever asks twice does not want to wait for brackets to close; the journal allows a resume.
  if (stops_seen != 0) leave(signal);
  stops_seen = 1;
  cancellation.request(signal == SIGTERM ? core::Stop::terminate : core::Stop::interrupt);
}

extern "C" void onTimeLimit(int) { cancellation.request(core::Stop::time_limit); }

void handle(int signal, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  // Without SA_RESTART: what waits must wake up and look at the cancellation.
  sigaction(signal, &action, nullptr);
}

void handleSignals() {
  handle(SIGINT, onStop);
  handle(SIGTERM, onStop);
  handle(SIGALRM, onTimeLimit);
  handle(SIGPIPE, SIG_IGN);
}

void armTimeLimit(core::Duration limit) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(limit);
  itimerval timer{};
  timer.it_value.tv_sec = seconds.count();
  timer.it_value.tv_usec = static_cast<suseconds_t>((limit - seconds).count());
  // Zero would mean never.
  if (limit.count() <= 0) timer.it_value.tv_usec = 1;
  setitimer(ITIMER_REAL, &timer, nullptr);
}

std::map<std::string, std::string> readEnvironment() {
  std::map<std::string, std::string> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment;
}

commands::Start readStart(int argc, char** argv, unsigned umask_before) {
  commands::Start start;
  for (int at = 1; at < argc; ++at) start.words.emplace_back(argv[at]);
  start.environment = readEnvironment();
  if (const passwd* account = getpwuid(geteuid())) start.home = account->pw_dir;
  start.out_is_terminal = isatty(STDOUT_FILENO) == 1;
  start.err_is_terminal = isatty(STDERR_FILENO) == 1;
  start.file_mode = 0666U & ~umask_before;
  return start;
}

ports::Caller readCaller(const commands::Start& start) {
  ports::Caller caller;
  std::error_code gone;
  caller.folder = std::filesystem::current_path(gone).string();
  for (const auto& [name, value] : start.environment) {
    caller.environment[name] = core::Secret(value);
  }
  caller.uid = geteuid();
  caller.pid = getpid();
  const passwd* account = getpwuid(caller.uid);
  caller.account = account != nullptr ? account->pw_name : std::to_string(caller.uid);
  const auto sudo = start.environment.find("SUDO_USER");
  caller.person =
      sudo != start.environment.end() && !sudo->second.empty() ? sudo->second : caller.account;
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  caller.host = host.data();
  return caller;
}

}  // namespace

int main(int argc, char** argv) {
  const unsigned umask_before = umask(077);
  handleSignals();
  const commands::Start start = readStart(argc, argv, umask_before);
  adapters::ProcessShell shell(cancellation);
  adapters::PostgresServer sql(cancellation);
  adapters::CurlHttp http(cancellation);
  adapters::DiskFiles files;
  adapters::DiskTrees trees(cancellation);
  adapters::SystemClock clock(cancellation);
  adapters::TerminalPrompt prompt(cancellation);
  adapters::SshHosts hosts(remote::carried());
  ports::World world{shell,  sql,   http, files, clock, prompt, cancellation, readCaller(start),
                     &hosts, &trees};
  return commands::program(world, start, commands::allNouns(), std::cout, std::cerr, armTimeLimit);
}
