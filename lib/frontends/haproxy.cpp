#include "lib/frontends/haproxy.hpp"

#include <fmt/format.h>

#include <charconv>
#include <map>
#include <sstream>

#include "lib/config/hosts.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace frontends {
namespace {

constexpr auto kLimit = std::chrono::seconds(10);
/// Set by `disabled` in its configuration and never cleared: it tells nothing of the moment.
constexpr int kConfiguredMaintenance = 4;
constexpr int kRunning = 2;  // srv_op_state: 0 stopped, 1 starting, 2 running, 3 stopping

std::vector<std::string> wordsOf(const std::string& line) {
  std::istringstream stream(line);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

int numberOf(const std::string& text) {
  int number = -1;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

// "1\n# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state …\n3 netbox 1 web1 …".
// An admin state other than 0 is maintenance or drain, whoever ordered it (management guide).
Member memberOf(const std::string& table, const std::string& server) {
  std::map<std::string, std::size_t> columns;
  for (const std::string& line : core::split(table, '\n')) {
    const auto words = wordsOf(line);
    if (words.size() > 2 && words[0] == "#") {
      for (std::size_t at = 1; at < words.size(); ++at) columns[words[at]] = at - 1;
      continue;
    }
    const auto value = [&](const char* name) {
      const auto found = columns.find(name);
      return found == columns.end() || found->second >= words.size() ? "" : words[found->second];
    };
    if (value("srv_name") != server) continue;
    const int state = numberOf(value("srv_op_state"));
    const int admin = numberOf(value("srv_admin_state"));
    if (state < 0 || admin < 0) break;
    const bool in = (admin & ~kConfiguredMaintenance) == 0;
    return {in, state == kRunning,
            fmt::format("{}{}", state == kRunning ? "up" : "not up",
                        in ? "" : ", in maintenance or drained")};
  }
  throw core::Error(core::Kind::undetermined,
                    fmt::format("HAProxy tells nothing of server {}", core::printable(server)),
                    "`show servers state` on its runtime socket lists them.");
}

Haproxy::Haproxy(ports::World& world, const config::Instance& instance,
                 const config::BalancerSettings& settings)
    : world_(world), instance_(instance), settings_(settings) {}

/// By socat: the socket is the balancer's host's own.
std::string Haproxy::say(const std::string& line, bool mutates) {
  ports::Command command{{"socat", "-t", "5", "-", "UNIX-CONNECT:" + settings_.socket}};
  command.limit = kLimit;
  command.mutates = mutates;
  const auto outcome =
      config::worldOf(world_, instance_, settings_.host).shell.run(command, line + "\n");
  if (outcome.ok()) return outcome.out;
  throw core::Error(
      core::Kind::undetermined,
      fmt::format("HAProxy can't be asked through {}: {}", settings_.socket, outcome.inWords()),
      "It needs `stats socket … level admin`, and socat on its host.");
}

Member Haproxy::look(const std::string& frontend) {
  return memberOf(say("show servers state " + settings_.backend, false),
                  settings_.serverOf(frontend));
}

void Haproxy::set(const std::string& frontend, const char* state) {
  const std::string answer(
      core::trim(say(fmt::format("set server {}/{} state {}", settings_.backend,
                                 settings_.serverOf(frontend), state),
                     true)));
  if (answer.empty()) return;
  throw core::Error(core::Kind::failed_check, "HAProxy says: " + core::printable(answer));
}

void Haproxy::pool(const std::string& frontend) { set(frontend, "ready"); }
void Haproxy::depool(const std::string& frontend) { set(frontend, "maint"); }

std::string Haproxy::manual(const std::string& frontend, bool pooled) {
  return fmt::format(
      "echo {} | socat - UNIX-CONNECT:{}{}",
      core::shellQuote(fmt::format("set server {}/{} state {}", settings_.backend,
                                   settings_.serverOf(frontend), pooled ? "ready" : "maint")),
      core::shellQuote(settings_.socket), settings_.host.empty() ? "" : "  # on " + settings_.host);
}

}  // namespace frontends
