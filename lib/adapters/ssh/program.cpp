#include "lib/adapters/ssh/program.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <thread>

#include "lib/adapters/running.hpp"
#include "lib/adapters/ssh/trouble.hpp"
#include "lib/adapters/trouble.hpp"
#include "lib/core/text.hpp"

namespace adapters {
namespace {

using std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto kConnectLimit = 20s;
constexpr int kAtOnce = 8;

/// A folder for the socket. Its path must be short: a socket's name has 107 bytes at most, and ssh
/// adds 17 while it makes one.
std::string makeFolder() {
  char path[] = "/tmp/sotctl-ssh-XXXXXX";
  if (mkdtemp(path) == nullptr) throw trouble("can't make a folder in /tmp", errno);
  return path;
}

void removeFolder(const std::string& folder) {
  for (const char* name : {"/s", "/log"}) unlink((folder + name).c_str());
  rmdir(folder.c_str());
}

ports::Command sshCommand(std::vector<std::string> argv, const std::string& agent) {
  ports::Command command;
  command.argv = std::move(argv);
  if (!agent.empty()) command.environment["SSH_AUTH_SOCK"] = core::Secret(agent);
  return command;
}

void append(std::vector<std::string>& to, std::vector<std::string> more) {
  to.insert(to.end(), more.begin(), more.end());
}

}  // namespace

std::vector<std::string> sshOptions(const ports::HostAddress& address) {
  std::vector<std::string> argv;
  if (!address.ssh_config.empty()) append(argv, {"-F", address.ssh_config});
  for (const char* option :
       {"BatchMode=yes", "StrictHostKeyChecking=yes", "UpdateHostKeys=no", "ConnectTimeout=10",
        "ServerAliveInterval=5", "ServerAliveCountMax=3", "ClearAllForwardings=yes",
        "ForwardAgent=no", "ForwardX11=no", "RequestTTY=no", "RemoteCommand=none",
        "EscapeChar=none", "ControlPersist=no"}) {
    append(argv, {"-o", option});
  }
  return argv;
}

std::vector<std::string> sshTarget(const ports::HostAddress& address) {
  std::vector<std::string> argv;
  if (!address.user.empty()) append(argv, {"-l", address.user});
  if (address.port != 0) append(argv, {"-p", std::to_string(address.port)});
  append(argv, {"--", address.target()});
  return argv;
}

/// How many more exchanges may begin. Outlives the line while one of them lives.
struct SshProgramLine::Turns {
  std::mutex mutex;
  std::condition_variable changed;
  int left = kAtOnce;
};

/// An exchange that has its turn.
class SshProgramLine::Turn : public ports::Process {
 public:
  Turn(std::shared_ptr<Turns> turns, std::shared_ptr<Spawner> spawner,
       core::Cancellation& cancellation, const Running::Work& work)
      : turns_(std::move(turns)) {
    const auto until = steady_clock::now() + work.command.limit;
    {
      std::unique_lock lock(turns_->mutex);
      while (turns_->left == 0) {
        cancellation.check();
        if (steady_clock::now() > until) {
          throw core::Error(core::Kind::timed_out,
                            fmt::format("{} got no turn: {} others run", work.name, kAtOnce));
        }
        turns_->changed.wait_for(lock, 50ms);
      }
      --turns_->left;
    }
    try {
      running_ = std::make_unique<Running>(std::move(spawner), cancellation, work);
    } catch (...) {
      giveBack();
      throw;
    }
  }
  ~Turn() override {
    running_.reset();
    giveBack();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ports::Outcome wait() override { return running_->wait(); }

 private:
  void giveBack() {
    const std::lock_guard lock(turns_->mutex);
    ++turns_->left;
    turns_->changed.notify_all();
  }
  std::shared_ptr<Turns> turns_;
  std::unique_ptr<Running> running_;
};

/// The ssh that keeps the connection. Its words are kept in a file of the folder.
class SshProgramLine::Master {
 public:
  Master(Spawner& spawner, core::Cancellation& cancellation, const ports::HostAddress& address,
         const std::string& folder, const std::string& agent)
      : log_(folder + "/log") {
    std::vector<std::string> argv{"ssh", "-v", "-N", "-T"};
    append(argv, sshOptions(address));
    append(argv, {"-o", "ControlMaster=yes", "-o", "ControlPath=" + folder + "/s", "-o",
                  "PermitLocalCommand=yes", "-o", "LocalCommand=echo ready"});
    append(argv, sshTarget(address));
    Launch launch = prepareLaunch(sshCommand(std::move(argv), agent));
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) throw trouble("can't make a pipe", errno);
    const Descriptor reading(ends[0]);
    launch.out = Descriptor(ends[1]);
    launch.in = Descriptor(open("/dev/null", O_RDONLY | O_CLOEXEC));
    launch.err = Descriptor(open(log_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    pid_ = spawner.start(launch);
    launch.out.close();
    try {
      waitUntilReady(reading, cancellation, address);
    } catch (...) {
      end();
      throw;
    }
  }
  ~Master() { end(); }
  Master(const Master&) = delete;
  Master& operator=(const Master&) = delete;

  bool alive() {
    const std::lock_guard lock(mutex_);
    if (pid_ > 0 && waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = -1;
    return pid_ > 0;
  }

 private:
  void waitUntilReady(const Descriptor& reading, core::Cancellation& cancellation,
                      const ports::HostAddress& address) {
    const auto until = steady_clock::now() + kConnectLimit;
    while (true) {
      cancellation.check();
      if (steady_clock::now() > until) {
        throw core::Error(core::Kind::timed_out,
                          fmt::format("{} gave no connection within {}", address.name,
                                      core::formatDuration(kConnectLimit)),
                          "See whether the host is up and lets this one in.");
      }
      pollfd wait{reading.number(), POLLIN, 0};
      if (poll(&wait, 1, 50) <= 0) continue;
      char word[16];
      const ssize_t got = read(reading.number(), word, sizeof word);
      if (got > 0) return;
      if (got == 0) throw sshTrouble(address, said());
    }
  }

  std::string said() const {
    std::ifstream file(log_);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  void end() {
    const std::lock_guard lock(mutex_);
    if (pid_ <= 0) return;
    kill(pid_, SIGTERM);
    const auto until = steady_clock::now() + 2s;
    while (waitpid(pid_, nullptr, WNOHANG) == 0) {
      if (steady_clock::now() > until) kill(pid_, SIGKILL);
      std::this_thread::sleep_for(2ms);
    }
    pid_ = -1;
  }

  std::string log_;
  std::mutex mutex_;
  pid_t pid_ = -1;
};

SshProgramLine::SshProgramLine(std::shared_ptr<Spawner> spawner, core::Cancellation& cancellation,
                               ports::HostAddress address, std::string agent)
    : spawner_(std::move(spawner)),
      cancellation_(cancellation),
      address_(std::move(address)),
      agent_(std::move(agent)),
      folder_(makeFolder()),
      turns_(std::make_shared<Turns>()) {
  try {
    master_ = std::make_unique<Master>(*spawner_, cancellation_, address_, folder_, agent_);
  } catch (...) {
    removeFolder(folder_);
    throw;
  }
}

SshProgramLine::~SshProgramLine() {
  master_.reset();
  removeFolder(folder_);
}

bool SshProgramLine::alive() { return master_->alive(); }

std::unique_ptr<ports::Process> SshProgramLine::start(const RemoteWork& work) {
  std::vector<std::string> argv{"ssh"};
  append(argv, sshOptions(address_));
  // Should the shared connection be gone, there must not be a second one: it would be another
  // login.
  append(argv, {"-o", "ControlMaster=no", "-o", "ControlPath=" + folder_ + "/s", "-o",
                "ProxyCommand=false"});
  append(argv, sshTarget(address_));
  argv.push_back(work.line);
  ports::Command command = sshCommand(std::move(argv), agent_);
  command.limit = work.limit;
  return std::make_unique<Turn>(
      turns_, spawner_, work.after_stop ? never_ : cancellation_,
      Running::Work{command, work.in, work.out,
                    work.idle ? Running::Limit::idle : Running::Limit::total, work.errors,
                    work.name, work.over});
}

}  // namespace adapters
