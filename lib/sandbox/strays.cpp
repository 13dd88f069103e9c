#include "lib/sandbox/strays.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/core/error.hpp"
#include "lib/service/process.hpp"

namespace sandbox {
namespace {

using namespace std::chrono_literals;

constexpr int kRounds = 100;
constexpr auto kRound = 100ms;

std::string lastComponent(const std::string& path) { return path.substr(path.rfind('/') + 1); }

/// A program that `up` starts; scripts stand behind their interpreter.
bool isServer(const service::Process& process) {
  static const std::vector<std::string> programs{"initdb",       "postgres", "pg_ctl",
                                                 "redis-server", "gunicorn", "manage.py"};
  for (std::size_t i = 0; i < std::min<std::size_t>(process.command.size(), 2); ++i) {
    const std::string name = lastComponent(process.command[i]);
    if (std::find(programs.begin(), programs.end(), name) != programs.end()) return true;
  }
  return false;
}

bool worksIn(const service::Process& process, const std::vector<std::string>& folders) {
  for (const auto& word : process.command) {
    for (const auto& folder : folders) {
      if (word == folder || word.starts_with(folder + "/")) return true;
    }
  }
  return false;
}

void end(Site& site, service::Processes& processes, const service::Process& process,
         const char* how) {
  if (!processes.runs(process)) return;
  ports::Command command{{"kill", how, std::to_string(process.id)}};
  command.user = site.otherAccount();
  site.world.shell.run(command);
}

}  // namespace

void stopStrays(Site& site, const std::vector<std::string>& folders) {
  service::Processes processes(site.world.files);
  for (int round = 0; round < kRounds; ++round) {
    bool any = false;
    for (const auto& process : processes.all()) {
      if (process.ended || process.account != site.state.account) continue;
      if (!isServer(process) || !worksIn(process, folders)) continue;
      any = true;
      // In the second half whatever did not care for the first word.
      end(site, processes, process, round < kRounds / 2 ? "-TERM" : "-KILL");
    }
    if (!any) return;
    site.world.clock.sleep(kRound);
  }
  throw core::Error(core::Kind::timed_out,
                    fmt::format("processes of the sandbox in {} do not end", site.layout.root),
                    "See them with: pgrep -af " + site.layout.root);
}

}  // namespace sandbox
