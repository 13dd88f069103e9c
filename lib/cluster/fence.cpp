#include "lib/cluster/fence.hpp"

#include <fmt/format.h>

#include "lib/cluster/server.hpp"
#include "lib/config/hosts.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace cluster {
namespace {

using core::Outcome;

constexpr auto kQuestion = std::chrono::seconds(15);

/// How a server's port behaves from one host, as pg_isready tells (PostgreSQL's manual: 0 accepts,
/// 1 rejects connections, 2 no response, 3 no attempt).
enum class Port { answers, silent, unknown };

class Looking {
 public:
  Looking(const Environment& environment, const std::string& node, const std::string& other)
      : environment_(environment), node_(environment.node(node)), other_(environment.node(other)) {}

  Fence look(const std::string& attested) {
    const bool writable = environment_.look(node_.name).role == Role::primary;
    const Port port = ports();
    if (writable || port == Port::answers) return failed(writable);
    if (commandSays() || hostSays()) return passed();
    if (!attested.empty() && !host_answers_) {
      fence_.attested = true;
      fence_.proof.push_back(
          fmt::format("attested by {}, not proven: the host of {} is off", attested, node_.name));
      return passed();
    }
    fence_.missing = core::join(missing_, "; ");
    return fence_;
  }

 private:
  Fence failed(bool writable) {
    fence_.outcome = Outcome::fail;
    fence_.missing = fmt::format("{} {}", node_.name, writable ? "takes writes" : "answers");
    return fence_;
  }
  Fence passed() {
    fence_.outcome = Outcome::pass;
    return fence_;
  }

  /// From here, and from the other node's host where that is another one.
  Port ports() {
    const Port here = portFrom("", "this host");
    const Port there = other_.host.empty() ? here : portFrom(other_.host, "host " + other_.host);
    return here == Port::answers || there == Port::answers ? Port::answers : here;
  }

  Port portFrom(const std::string& host, const std::string& words) {
    const std::string place = fmt::format("{}:{}", node_.address, node_.port);
    ports::Command command{{other_.tools.empty() ? "pg_isready" : other_.tools + "/pg_isready",
                            "--host", node_.address, "--port", std::to_string(node_.port),
                            "--timeout", "3", "--quiet"}};
    command.mutates = false;
    command.limit = kQuestion;
    try {
      const auto outcome =
          config::worldOf(environment_.world, environment_.instance, host).shell.run(command);
      if (outcome.signal == 0 && outcome.status == 2) {
        fence_.proof.push_back(fmt::format("{} does not answer {}", place, words));
        return Port::silent;
      }
      if (outcome.signal == 0 && outcome.status < 2) return Port::answers;
      missing_.push_back(fmt::format("pg_isready from {}: {}", words, outcome.inWords()));
    } catch (const core::Error& error) {
      if (error.kind() == core::Kind::interrupted) throw;
      missing_.push_back(
          fmt::format("{} could not be asked from {}: {}", place, words, error.what()));
    }
    return Port::unknown;
  }

  bool commandSays() {
    if (node_.fence_status.empty()) return false;
    const auto outcome = environment_.world.shell.run(
        {.argv = node_.fence_status, .limit = kQuestion, .mutates = false});
    if (outcome.ok() && outcome.out.find(node_.fenced) != std::string::npos) {
      fence_.proof.push_back(fmt::format("{} says: {}", core::shellLine(node_.fence_status),
                                         core::printable(core::trim(outcome.out))));
      return true;
    }
    missing_.push_back(
        fmt::format("{} does not say '{}'", core::shellLine(node_.fence_status), node_.fenced));
    return false;
  }

  bool hostSays() {
    try {
      host_answers_ = hostAnswers(environment_, node_);
      if (!host_answers_) {
        missing_.push_back("its host does not answer");
        return false;
      }
      return serverIsHeld(Server(environment_, node_));
    } catch (const core::Error& error) {
      if (error.kind() == core::Kind::interrupted) throw;
      missing_.push_back(error.what());
      return false;
    }
  }

  bool serverIsHeld(const Server& server) {
    const bool gone = !server.running();
    const bool masked = server.unit().empty() || server.masked();
    const bool held = server.heldBack();
    if (!gone) missing_.push_back("a process of it runs");
    if (!masked) missing_.push_back(fmt::format("unit {} is not masked", server.unit()));
    if (!held) missing_.push_back("it would take writes once it is started");
    if (gone) fence_.proof.push_back("no process of it runs on its host");
    if (gone && masked && !server.unit().empty()) {
      fence_.proof.push_back(fmt::format("unit {} is masked", server.unit()));
    }
    if (gone && held) fence_.proof.push_back("whoever starts it, it comes up as a standby");
    return gone && masked && held;
  }

  const Environment& environment_;
  const config::NodeSettings& node_;
  const config::NodeSettings& other_;
  bool host_answers_ = true;  // until it is known not to: a person's word needs that
  Fence fence_;
  std::vector<std::string> missing_;
};

}  // namespace

std::string Fence::words() const {
  return outcome == core::Outcome::pass ? core::join(proof, "; ") : missing;
}

Fence lookAtFence(const Environment& environment, const std::string& node, const std::string& other,
                  const std::string& attested) {
  return Looking(environment, node, other).look(attested);
}

bool hostAnswers(const Environment& environment, const config::NodeSettings& node) {
  if (node.host.empty()) return true;
  try {
    return config::worldOf(environment.world, environment.instance, node.host)
        .shell.run({.argv = {"true"}, .limit = kQuestion, .mutates = false})
        .ok();
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::unreachable || error.kind() == core::Kind::timed_out) {
      return false;
    }
    throw;
  }
}

}  // namespace cluster
