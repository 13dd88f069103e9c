#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <functional>

#include "lib/adapters/descriptor.hpp"
#include "lib/adapters/disk_trees.hpp"
#include "lib/adapters/trouble.hpp"

namespace adapters {
namespace {

/// What the child says before its answers: an errno, and which step failed.
struct Hello {
  int error = 0;
  int step = 0;
};
constexpr std::array<const char*, 4> kSteps{"", "enter the file system of the process",
                                            "act as another account",
                                            "take on the security context of the process"};

/// One answer of the child.
struct Answer {
  int error = 0;
  int stage = 0;
};
constexpr std::array<const char*, 5> kStages{"", "create", "write", "read back", "delete"};

/// What a security module has for a process, as proc(5) shows it in attr/current; SELinux ends it
/// with a zero byte. Empty: none.
std::string contextOf(const std::string& process) {
  const Descriptor file(open(("/proc/" + process + "/attr/current").c_str(), O_RDONLY | O_CLOEXEC));
  std::array<char, 4096> text{};
  const ssize_t got = file.open() ? ::read(file.number(), text.data(), text.size() - 1) : 0;
  std::string context(text.data(),
                      got > 0 ? strnlen(text.data(), static_cast<std::size_t>(got)) : 0);
  while (context.ends_with('\n')) context.pop_back();
  return context;
}

/// What a process writes into its own attr/current to be confined as the other one is: SELinux
/// takes a context, AppArmor "changeprofile NAME", where it shows "NAME (enforce)". Empty: nothing
/// has to be done.
std::string confining(int inside) {
  const std::string context = contextOf(std::to_string(inside));
  if (context.empty() || context == "unconfined" || context == contextOf("self")) return {};
  if (!context.ends_with(')')) return context;
  return "changeprofile " + context.substr(0, context.rfind(" ("));
}

/// Only system calls from here on: this runs in a child of a process with several threads.
int becomeAccount(const ports::Identity& who) {
  const bool ours =
      syscall(SYS_geteuid) != 0 && who.uid == static_cast<unsigned>(syscall(SYS_geteuid));
  if (ours) return 0;
  std::array<gid_t, 65536> groups{};
  const std::size_t count = std::min(who.groups.size(), groups.size());
  std::copy_n(who.groups.begin(), count, groups.begin());
  if (syscall(SYS_setgroups, count, groups.data()) != 0 ||
      syscall(SYS_setresgid, who.gid, who.gid, who.gid) != 0 ||
      syscall(SYS_setresuid, who.uid, who.uid, who.uid) != 0) {
    return errno;
  }
  return 0;
}

int become(const ports::Identity& who, const Descriptor& mounts, const Descriptor& root,
           const std::string& confined, Hello& hello) {
  hello.step = 3;
  // The other file system has another /proc, or none.
  const int self = confined.empty() ? -1 : open("/proc/self/attr/current", O_WRONLY | O_CLOEXEC);
  if (!confined.empty() && self < 0) return errno;
  hello.step = 1;
  // setns() wants a current folder that it shares with nobody.
  if (mounts.open() && (syscall(SYS_unshare, CLONE_FS) != 0 ||
                        syscall(SYS_setns, mounts.number(), CLONE_NEWNS) != 0)) {
    return errno;
  }
  if (root.open() && (fchdir(root.number()) != 0 || syscall(SYS_chroot, ".") != 0)) return errno;
  hello.step = 2;
  if (const int error = becomeAccount(who); error != 0) return error;
  hello.step = 3;
  if (self < 0) return 0;
  const ssize_t put = ::write(self, confined.data(), confined.size());
  return put == static_cast<ssize_t>(confined.size()) ? 0 : errno;
}

bool send(int pipe, const void* data, std::size_t size) {
  return ::write(pipe, data, size) == static_cast<ssize_t>(size);
}

bool receive(int pipe, void* data, std::size_t size) {
  auto* to = static_cast<char*>(data);
  while (size > 0) {
    const ssize_t got = read(pipe, to, size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    to += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

/// Has a child that acts as `who` inside the process answer `count` times.
std::vector<Answer> askAs(const ports::Identity& who, int inside, std::size_t count,
                          const std::function<Answer(std::size_t)>& ask) {
  Descriptor mounts;
  Descriptor root;
  std::string confined;
  if (inside != 0) {
    confined = confining(inside);
    const std::string process = "/proc/" + std::to_string(inside);
    mounts = Descriptor(open((process + "/ns/mnt").c_str(), O_RDONLY | O_CLOEXEC));
    if (!mounts.open())
      throw trouble("can't enter the file system of process " + std::to_string(inside), errno);
    root = Descriptor(open((process + "/root").c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!root.open())
      throw trouble("can't enter the file system of process " + std::to_string(inside), errno);
  }
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw trouble("can't make a pipe", errno);
  Descriptor reading(ends[0]);
  Descriptor writing(ends[1]);
  const pid_t child = fork();
  if (child < 0) throw trouble("can't start a child", errno);
  if (child == 0) {
    Hello hello;
    hello.error = become(who, mounts, root, confined, hello);
    bool good = send(writing.number(), &hello, sizeof hello) && hello.error == 0;
    for (std::size_t i = 0; good && i < count; ++i) {
      const Answer answer = ask(i);
      good = send(writing.number(), &answer, sizeof answer);
    }
    _exit(good ? 0 : 1);
  }
  writing.close();
  Hello hello;
  std::vector<Answer> answers(count);
  bool good = receive(reading.number(), &hello, sizeof hello) && hello.error == 0;
  for (Answer& answer : answers) good = good && receive(reading.number(), &answer, sizeof answer);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (hello.error != 0) {
    core::Error error = trouble(
        std::string("can't ") + kSteps.at(static_cast<std::size_t>(hello.step)), hello.error);
    throw core::Error(error.kind(), error.what(), "Run this as root (sudo).");
  }
  if (!good)
    throw core::Error(core::Kind::unexpected, "the child that asks the kernel ended early");
  return answers;
}

int accessMode(const std::string& rights) {
  int mode = 0;
  for (const char right : rights) {
    mode |= right == 'r' ? R_OK : right == 'w' ? W_OK : X_OK;
  }
  return mode;
}

Answer tryWriting(const char* file) {
  constexpr std::string_view kText = "written to see whether it can be\n";
  std::array<char, 64> back{};
  const int descriptor = open(file, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (descriptor < 0) return {errno, 1};
  Answer answer;
  if (::write(descriptor, kText.data(), kText.size()) != static_cast<ssize_t>(kText.size()) ||
      fsync(descriptor) != 0) {
    answer = {errno == 0 ? ENOSPC : errno, 2};
  } else if (pread(descriptor, back.data(), back.size(), 0) != static_cast<ssize_t>(kText.size()) ||
             std::memcmp(back.data(), kText.data(), kText.size()) != 0) {
    answer = {errno == 0 ? EIO : errno, 3};
  }
  close(descriptor);
  if (unlink(file) != 0) return {errno, 4};
  return answer;
}

}  // namespace

std::vector<ports::AccessAnswer> DiskTrees::access(
    const ports::Identity& who, int inside, const std::vector<ports::AccessQuestion>& questions) {
  const std::vector<Answer> answers = askAs(who, inside, questions.size(), [&](std::size_t i) {
    const ports::AccessQuestion& question = questions[i];
    const long failed = syscall(SYS_faccessat2, AT_FDCWD, question.path.c_str(),
                                accessMode(question.rights), AT_EACCESS);
    return Answer{failed == 0 ? 0 : errno, 0};
  });
  std::vector<ports::AccessAnswer> words;
  for (const Answer& answer : answers) {
    words.push_back(
        {answer.error == 0, answer.error, answer.error == 0 ? "" : errorText(answer.error)});
  }
  return words;
}

ports::WriteTrial DiskTrees::tryWrite(const ports::Identity& who, int inside,
                                      const std::string& folder) {
  const std::string file = folder + "/.sotctl-trial-" + std::to_string(getpid());
  const Answer answer =
      askAs(who, inside, 1, [&](std::size_t) { return tryWriting(file.c_str()); }).front();
  if (answer.stage == 0) return {true};
  return {false, kStages.at(static_cast<std::size_t>(answer.stage)), errorText(answer.error),
          answer.stage == 4 ? file : ""};
}

}  // namespace adapters
