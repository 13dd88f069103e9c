#include <fmt/format.h>

#include "lib/application/password.hpp"
#include "lib/cluster/server.hpp"
#include "lib/cluster/steps.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace cluster {
namespace {

using core::Outcome;

constexpr auto kLimit = std::chrono::seconds(60);
constexpr const char* kPasswords = "/sotctl-replication.pgpass";

/// A value of a connection string (libpq: "Connection Strings"), inside of a value of
/// postgresql.conf: quotes are doubled for the one and escaped for the other.
std::string quoted(const std::string& value) {
  std::string text = "\\'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') text += "\\\\\\";
    text += c;
  }
  return text + "\\'";
}

/// A field of a password file: `:` and `\` are escaped.
std::string field(const std::string& value) {
  std::string text;
  for (const char c : value) {
    if (c == ':' || c == '\\') text += '\\';
    text += c;
  }
  return text;
}

class Following : public step::Step {
 public:
  Following(Environment environment, const core::Json& arguments)
      : environment_(environment),
        node_(arguments.at("node").get<std::string>()),
        upstream_(arguments.at("upstream").get<std::string>()) {}

  std::string title() const override {
    return fmt::format("node {} is a standby that streams from {}", node_, upstream_);
  }

  /// "Started" proves nothing: one that left the way of its primary starts, too, and waits.
  step::Observation observe(const core::Json* before) override {
    const Node node = environment_.look(node_);
    if (node.role == Role::primary) {
      return before == nullptr
                 ? step::observed(look(Outcome::skip, "after the switch"))
                 : step::blocked(look(Outcome::fail, "it takes writes",
                                      "`sotctl failover status` shows both servers."));
    }
    if (node.role == Role::unknown) return step::observed(look(Outcome::unknown, node.why));
    if (node.role == Role::stopped) return step::observed(look(Outcome::fail, node.control->state));
    const bool streams = node.receiver && node.receiver->status == "streaming" &&
                         node.receiver->port == environment_.node(upstream_).port;
    return step::observed(
        streams ? look(Outcome::pass, "streams")
                : look(Outcome::fail, node.receiver ? node.receiver->status : "waits"));
  }

  void apply(const core::Json&, core::Progress& progress) override {
    progress.say(fmt::format("making {} follow {}", node_, upstream_));
    Server server(environment_, environment_.node(node_));
    server.stop(kLimit);
    writeSettings(server);
    server.start(kLimit);
    const auto streams = [&] { return observe(nullptr).verdict == step::Verdict::satisfied; };
    if (waitFor(environment_.world, kLimit, streams)) return;
    throw core::Error(core::Kind::failed_check,
                      fmt::format("node {} runs and does not stream from {}", node_, upstream_),
                      fmt::format("Its log says why: {}. It may have written what {} has not.",
                                  environment_.node(node_).data, upstream_));
  }

  step::Compensation compensation(const core::Json&, step::Purpose) override {
    return step::Compensation::none();
  }
  std::vector<std::string> manual() const override {
    const auto& node = environment_.node(node_);
    const Server server(environment_, node);
    return {fmt::format("touch {}/standby.signal  # on {}", node.data, node_),
            fmt::format("set primary_conninfo in {}/postgresql.auto.conf to {}:{}", node.data,
                        environment_.node(upstream_).address, environment_.node(upstream_).port),
            server.manualStart()};
  }

 private:
  core::CheckResult look(Outcome outcome, const std::string& found,
                         const std::string& hint = {}) const {
    return check("node.following", "node " + node_, outcome, found, title(), hint);
  }

  void write(const Server& server, const std::string& path, const std::string& text) {
    server.files().replace(path, text, 0600);
    if (environment_.world.caller.root()) server.files().setOwner(path, server.account());
  }

  /// In postgresql.auto.conf, which wins over the files that somebody else may keep, and which
  /// pg_basebackup writes as well.
  void writeSettings(const Server& server) {
    const auto& node = environment_.node(node_);
    const auto& upstream = environment_.node(upstream_);
    const std::string file = node.data + "/postgresql.auto.conf";
    std::string text;
    for (const std::string& line : core::split(server.files().read(file), '\n')) {
      if (line.starts_with("primary_conninfo") || line.starts_with("primary_slot_name")) continue;
      if (!line.empty()) text += line + "\n";
    }
    const auto password = application::resolvePassword(environment_.world, environment_.instance,
                                                       upstream.replication.password);
    std::string info = fmt::format("host={} port={} user={}", quoted(upstream.address),
                                   upstream.port, quoted(upstream.replication.user));
    if (!password.empty()) {
      write(server, node.data + kPasswords,
            fmt::format("{}:{}:*:{}:{}\n", field(upstream.address), upstream.port,
                        field(upstream.replication.user), field(password.reveal())));
      info += " passfile=" + quoted(node.data + kPasswords);
    }
    text += fmt::format("primary_conninfo = '{}'\n", info);
    text += fmt::format("primary_slot_name = '{}'\n", node.slot);
    write(server, file, text);
    write(server, node.data + "/standby.signal", "");
  }

  Environment environment_;
  std::string node_;
  std::string upstream_;
};

}  // namespace

void registerFollowing(step::Registry& registry, const Environment& environment) {
  add<Following>(registry, "node.following", environment);
}

}  // namespace cluster
