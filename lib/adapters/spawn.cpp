#include "lib/adapters/spawn.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>

#include "lib/adapters/trouble.hpp"

namespace adapters {
namespace {

enum class Stage : int { setup, directory, account, program };

/// What the child tells before it gives up. Nothing comes if exec succeeded: the pipe closes.
struct Failure {
  Stage stage = Stage::setup;
  int error = 0;
};

std::vector<char*> pointers(const std::vector<std::string>& words) {
  std::vector<char*> all;
  for (const std::string& word : words) all.push_back(const_cast<char*>(word.c_str()));
  all.push_back(nullptr);
  return all;
}

/// Plain pointers only: this is read in the child.
struct Plan {
  char* const* argv;
  char* const* environment;
  char* const* programs;
  const char* directory;
  unsigned file_mask;
  bool changes_account;
  uid_t uid;
  gid_t gid;
  const gid_t* groups;
  std::size_t group_count;
  int in, out, err, report;
  pid_t parent;
};

[[noreturn]] void giveUp(int report, Stage stage) {
  const Failure failure{stage, errno};
  // A report that can't be written leaves exit status 127, which is said as it is.
  if (write(report, &failure, sizeof failure) < 0) _exit(126);
  _exit(127);
}

void resetSignals() {
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) sigaction(number, &standard, nullptr);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// Leaves 0, 1, 2 and the report open.
void closeOthers(int report) {
  const auto from = static_cast<unsigned>(report);
  const bool closed = (from == 3 || syscall(SYS_close_range, 3U, from - 1, 0U) == 0) &&
                      syscall(SYS_close_range, from + 1, ~0U, 0U) == 0;
  if (closed) return;
  // Kernels before 5.9, and sandboxes that forbid the call.
  for (int number = 3; number < 65536; ++number) {
    if (number != report) close(number);
  }
}

bool becomeAccount(const Plan& plan) {
  // Plain system calls: the C library's versions would look for the threads that only the parent
  // has.
  return syscall(SYS_setgroups, plan.group_count, plan.groups) == 0 &&
         syscall(SYS_setresgid, plan.gid, plan.gid, plan.gid) == 0 &&
         syscall(SYS_setresuid, plan.uid, plan.uid, plan.uid) == 0;
}

/// As execvp does: a program that may not be run is remembered, and the search goes on.
void tryPrograms(const Plan& plan) {
  int kept = ENOENT;
  for (char* const* program = plan.programs; *program != nullptr; ++program) {
    execve(*program, plan.argv, plan.environment);
    if (errno == EACCES) {
      kept = EACCES;
    } else if (errno != ENOENT && errno != ENOTDIR) {
      return;
    }
  }
  errno = kept;
}

[[noreturn]] void child(const Plan& plan) {
  setpgid(0, 0);
  umask(plan.file_mask);
  if (dup2(plan.in, 0) < 0 || dup2(plan.out, 1) < 0 || dup2(plan.err, 2) < 0) {
    giveUp(plan.report, Stage::setup);
  }
  closeOthers(plan.report);
  // Before the account changes: the folder may lie where only we can go.
  if (chdir(plan.directory) != 0) giveUp(plan.report, Stage::directory);
  if (plan.changes_account && !becomeAccount(plan)) giveUp(plan.report, Stage::account);
  // After the account changed, since that clears it. If the parent died before this line, nobody
  // would ever send the signal.
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != plan.parent) _exit(127);
  resetSignals();
  tryPrograms(plan);
  giveUp(plan.report, Stage::program);
}

core::Error explain(const Launch& launch, const Failure& failure) {
  const std::string& program = launch.argv[0];
  switch (failure.stage) {
    case Stage::directory:
      return trouble(fmt::format("can't run {} in folder {}", program, launch.directory),
                     failure.error);
    case Stage::account:
      return {core::Kind::denied,
              fmt::format("can't run {} as account {}: {}", program, launch.account->name,
                          errorText(failure.error)),
              fmt::format("Run this as root (sudo), or as {}.", launch.account->name)};
    case Stage::program:
      if (failure.error == ENOENT || failure.error == ENOTDIR) {
        return {core::Kind::not_found, fmt::format("no program {} on this host", program),
                "Install the package that has it, or see whether the path is right."};
      }
      return trouble(fmt::format("can't run {}", program), failure.error);
    case Stage::setup:
      break;
  }
  return trouble(fmt::format("can't start {}", program), failure.error);
}

/// Both ends close on exec, and neither is a standard stream (a caller may have closed those).
std::pair<Descriptor, Descriptor> reportPipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw trouble("can't make a pipe", errno);
  Descriptor reading(ends[0]);
  Descriptor writing(ends[1]);
  Descriptor high(fcntl(writing.number(), F_DUPFD_CLOEXEC, 3));
  if (!high.open()) throw trouble("can't make a pipe", errno);
  return {std::move(reading), std::move(high)};
}

}  // namespace

pid_t spawn(const Launch& launch) {
  const std::vector<char*> argv = pointers(launch.argv);
  const std::vector<char*> environment = pointers(launch.environment);
  const std::vector<char*> programs = pointers(launch.programs);
  auto [reading, writing] = reportPipe();
  const Account account = launch.account.value_or(Account{});
  const Plan plan{argv.data(),
                  environment.data(),
                  programs.data(),
                  launch.directory.c_str(),
                  launch.file_mask,
                  launch.account.has_value(),
                  account.uid,
                  account.gid,
                  account.groups.data(),
                  account.groups.size(),
                  launch.in.number(),
                  launch.out.number(),
                  launch.err.number(),
                  writing.number(),
                  getpid()};
  const pid_t pid = fork();
  if (pid < 0) throw trouble("can't start " + launch.argv[0], errno);
  if (pid == 0) child(plan);
  // Here, too: whoever signals the group must not come before the child did it.
  setpgid(pid, pid);
  writing.close();
  Failure failure;
  ssize_t got = 0;
  do {
    got = read(reading.number(), &failure, sizeof failure);
  } while (got < 0 && errno == EINTR);
  if (got != static_cast<ssize_t>(sizeof failure)) return pid;
  while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
  throw explain(launch, failure);
}

}  // namespace adapters
