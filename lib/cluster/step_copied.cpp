#include <fmt/format.h>

#include "lib/application/password.hpp"
#include "lib/cluster/config_files.hpp"
#include "lib/cluster/rejoin.hpp"
#include "lib/cluster/server.hpp"
#include "lib/cluster/standby_settings.hpp"
#include "lib/cluster/steps.hpp"
#include "lib/cluster/topology.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace cluster {
namespace {

using core::Outcome;

constexpr auto kCopyLimit = std::chrono::hours(24);
constexpr auto kLimit = std::chrono::seconds(120);

class Copied : public step::Step {
 public:
  Copied(Environment environment, const core::Json& arguments)
      : environment_(environment),
        node_(arguments.at("node").get<std::string>()),
        upstream_(arguments.at("upstream").get<std::string>()),
        stamp_(arguments.at("stamp").get<std::string>()) {}

  step::Shape shape() const override { return step::Shape::event; }
  std::string title() const override {
    return fmt::format("node {} is a new copy of {}; its old data folder is kept beside it", node_,
                       upstream_);
  }

  step::Observation observe(const core::Json*) override {
    const Server server(environment_, settings());
    if (server.files().info(old()) && server.files().info(settings().data)) {
      return step::observed(look(Outcome::pass, "copied; what it was is " + old()));
    }
    if (const std::string words = whatIsInTheWay(server); !words.empty()) {
      return step::blocked(look(Outcome::fail, words));
    }
    return step::observed(look(Outcome::fail, "to be copied"));
  }

  void apply(const core::Json&, core::Progress& progress) override {
    Server server(environment_, settings());
    if (server.files().info(settings().data)) {
      stopTrial(server);
      server.must(server.beside({"rm", "-rf", "--", fresh()}), fresh() + " can't be removed");
      server.makeBeside(fresh());
      progress.say(fmt::format("copying {} for {}", upstream_, node_));
      server.must(copyCommand(server), fmt::format("no copy of {} could be made", upstream_));
      copyConfigFiles(server);
      writeStandbySettings(environment_, server, fresh(), settings(), environment_.node(upstream_));
      server.mask();
      server.stop(kLimit);
      server.crash();
      prove(server, progress);
      server.must(server.beside({"mv", "-T", "--", settings().data, old()}),
                  settings().data + " can't be moved");
    }
    server.must(server.beside({"mv", "-T", "--", fresh(), settings().data}),
                fresh() + " can't be put in place");
    forgetBrokenRewinds(server);
  }

  step::Compensation compensation(const core::Json&, step::Purpose) override {
    return step::Compensation::none();
  }
  std::vector<std::string> manual() const override {
    const Server server(environment_, settings());
    return {core::shellLine(copyCommand(server).argv) + "  # on " + node_,
            fmt::format("mv {0} {1} && mv {2} {0}  # on {3}, once it is stopped",
                        core::shellQuote(settings().data), core::shellQuote(old()),
                        core::shellQuote(fresh()), node_)};
  }

 private:
  const config::NodeSettings& settings() const { return environment_.node(node_); }
  std::string fresh() const { return settings().data + ".sotctl-new"; }
  std::string old() const { return keptFolder(settings(), stamp_) + "-old"; }
  std::string parent() const { return settings().data.substr(0, settings().data.rfind('/')); }

  /// Space, and what a plain copy can't do. Its login is a check of its own (`failover.follow`),
  /// and the copy's version is that of its programs.
  std::string whatIsInTheWay(const Server& server) const {
    const auto sql = environment_.connect(upstream_);
    const auto rows = sql->query(
        "SELECT (SELECT count(*) FROM pg_tablespace WHERE spcname NOT IN ('pg_default', "
        "'pg_global')) AS spaces, (SELECT sum(pg_database_size(oid)) FROM pg_database)::bigint + "
        "(SELECT coalesce(sum(size), 0) FROM pg_ls_waldir())::bigint AS bytes, "
        "current_setting('server_version_num')::integer / 10000 AS major");
    if (rows.number(0, "spaces") > 0) {
      return fmt::format("{} has tablespaces of its own: copy it by hand", upstream_);
    }
    const auto needed = static_cast<std::uint64_t>(rows.number(0, "bytes"));
    const auto free = server.files().freeBytes(parent());
    if (free < needed + needed / 10) {
      return fmt::format("{} has {} free, and a copy needs {}", parent(), core::formatBytes(free),
                         core::formatBytes(needed + needed / 10));
    }
    auto command = server.program("pg_basebackup", {"--version"});
    command.mutates = false;
    const auto outcome = server.run(command);
    const std::string major = fmt::format(" {}.", rows.number(0, "major"));
    if (outcome.ok() && outcome.out.find(major) != std::string::npos) return {};
    return fmt::format("{}/pg_basebackup is not of PostgreSQL{} as {} is: {}", settings().tools,
                       major.substr(0, major.size() - 1), upstream_,
                       outcome.ok() ? core::printable(core::trim(outcome.out)) : outcome.inWords());
  }

  /// Its own slot may be in use by the old copy, and keeps the log from before this one in any
  /// case; the log written meanwhile comes through a slot for the time.
  ports::Command copyCommand(const Server& server) const {
    const auto& upstream = environment_.node(upstream_);
    std::vector<std::string> words{"--pgdata",     fresh(),
                                   "--host",       upstream.address,
                                   "--port",       std::to_string(upstream.port),
                                   "--username",   upstream.replication.user,
                                   "--checkpoint", "fast",
                                   "--wal-method", "stream",
                                   "--no-password"};
    auto command = server.program("pg_basebackup", std::move(words));
    command.environment["PGPASSWORD"] = application::resolvePassword(
        environment_.world, environment_.instance, upstream.replication.password);
    command.limit = kCopyLimit;
    return command;
  }

  void copyConfigFiles(const Server& server) const {
    keepConfigFiles(server, settings().data, keptFolder(settings(), stamp_));
    putConfigFilesBack(server, keptFolder(settings(), stamp_), fresh());
  }

  /// pg_ctl for the new folder where it is, with the configuration file that is elsewhere.
  ports::Command trial(const Server& server, const char* verb) const {
    std::string options = "-c data_directory=" + core::shellQuote(fresh());
    if (const std::string file = configFileOutside(server, settings()); !file.empty()) {
      options += " -c config_file=" + core::shellQuote(file);
    }
    auto command = server.program(
        "pg_ctl", {"--pgdata", fresh(), "--log", fresh() + "/sotctl-start.log", "--wait",
                   "--timeout", "60", "--mode", "fast", "--options", options, verb});
    command.limit = kLimit;
    return command;
  }

  void stopTrial(const Server& server) const {
    if (server.files().info(fresh() + "/postmaster.pid")) server.run(trial(server, "stop"));
  }

  /// The old folder goes only when the new one streams.
  void prove(Server& server, core::Progress& progress) {
    server.must(trial(server, "start"), fmt::format("the copy of {} does not start", node_));
    const auto streams = [&] {
      const Node node = environment_.look(node_);
      return node.role == Role::standby && node.receiver && node.receiver->status == "streaming" &&
             isAt(environment_.node(upstream_), node.receiver->host, node.receiver->port);
    };
    const bool well = waitFor(environment_.world, kLimit, streams);
    server.must(trial(server, "stop"), fmt::format("the copy of {} does not stop", node_));
    if (well) return progress.say(fmt::format("the copy of {} streams", node_));
    throw core::Error(
        core::Kind::failed_check,
        fmt::format("the copy of {} does not stream from {}", node_, upstream_),
        fmt::format("{}/sotctl-start.log says why; the old folder was not touched.", fresh()));
  }

  void forgetBrokenRewinds(const Server& server) const {
    const std::string prefix = settings().data.substr(parent().size() + 1) + ".sotctl-";
    for (const auto& entry : server.files().list(parent())) {
      const std::string mark = parent() + "/" + entry.name + "/rewinding";
      if (entry.name.starts_with(prefix) && server.files().info(mark)) server.remove(mark);
    }
  }

  core::CheckResult look(Outcome outcome, const std::string& found,
                         const std::string& hint = {}) const {
    return check("node.copied", "node " + node_, outcome, found, title(), hint);
  }

  Environment environment_;
  std::string node_;
  std::string upstream_;
  std::string stamp_;
};

}  // namespace

void registerCopied(step::Registry& registry, const Environment& environment) {
  add<Copied>(registry, "node.copied", environment);
}

}  // namespace cluster
