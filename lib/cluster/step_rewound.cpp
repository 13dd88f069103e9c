#include <fmt/format.h>

#include "lib/application/password.hpp"
#include "lib/cluster/config_files.hpp"
#include "lib/cluster/rejoin.hpp"
#include "lib/cluster/server.hpp"
#include "lib/cluster/steps.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace cluster {
namespace {

using core::Outcome;

constexpr auto kLimit = std::chrono::hours(12);

/// What pg_rewind's login may do, instead of a superuser (PostgreSQL's manual, pg_rewind, "Notes").
constexpr const char* kRights[] = {"pg_ls_dir(text, boolean, boolean)",
                                   "pg_stat_file(text, boolean)", "pg_read_binary_file(text)",
                                   "pg_read_binary_file(text, bigint, bigint, boolean)"};

class Rewound : public step::Step {
 public:
  Rewound(Environment environment, const core::Json& arguments)
      : environment_(environment),
        node_(arguments.at("node").get<std::string>()),
        upstream_(arguments.at("upstream").get<std::string>()),
        stamp_(arguments.at("stamp").get<std::string>()) {}

  step::Shape shape() const override { return step::Shape::event; }
  std::string title() const override {
    return fmt::format("node {} gives up what {} does not have (pg_rewind)", node_, upstream_);
  }

  /// By what it keeps beside the data folder: the file "rewinding" while it works, "rewound" then.
  step::Observation observe(const core::Json*) override {
    const Server server(environment_, settings());
    if (server.files().info(kept() + "/rewound")) {
      return step::observed(look(Outcome::pass, "rewound"));
    }
    if (server.files().info(kept() + "/rewinding")) {
      return step::blocked(
          look(Outcome::fail,
               "a rewind was broken off: its data folder is neither the one nor the other",
               fmt::format("`sotctl run abort`, then `sotctl failover rejoin {}` makes a copy.",
                           node_)));
    }
    return step::observed(look(Outcome::fail, "to be rewound"));
  }

  void apply(const core::Json&, core::Progress& progress) override {
    Server server(environment_, settings());
    server.mask();  // whatever happens next, it does not come up in between
    keepConfigFiles(server, settings().data, kept());
    server.forgetStandby();  // pg_rewind recovers it first where it crashed, and that knows no
                             // standby
    prepareUpstream();
    server.write(kept() + "/rewinding", upstream_ + "\n");
    progress.say(
        fmt::format("rewinding {}; its configuration files are kept in {}", node_, kept()));
    const auto outcome = server.run(command(server));
    server.holdBack();
    if (!outcome.ok()) {
      throw core::Error(
          core::Kind::failed_check,
          fmt::format("pg_rewind of node {}: {}", node_, core::printable(outcome.inWords())),
          fmt::format("Its data folder can't be used any more. `sotctl run abort`, then `sotctl "
                      "failover rejoin {}` makes a copy.",
                      node_));
    }
    putConfigFilesBack(server, kept(), settings().data);
    server.write(kept() + "/rewound", upstream_ + "\n");
    server.remove(kept() + "/rewinding");
  }

  step::Compensation compensation(const core::Json&, step::Purpose) override {
    return step::Compensation::none();
  }
  std::vector<std::string> manual() const override {
    const Server server(environment_, settings());
    return {"psql -c CHECKPOINT  # on " + upstream_,
            core::shellLine(command(server).argv) + "  # on " + node_ +
                ", with its configuration files saved and put back"};
  }

 private:
  const config::NodeSettings& settings() const { return environment_.node(node_); }
  std::string kept() const { return keptFolder(settings(), stamp_); }

  /// Until its next checkpoint a promoted server's control file has the old timeline, and pg_rewind
  /// would find nothing to do.
  void prepareUpstream() const {
    const auto sql = environment_.connect(upstream_);
    sql->execute("CHECKPOINT");
    const std::string user = ports::sqlName(environment_.node(upstream_).replication.user);
    for (const char* function : kRights) {
      sql->execute(fmt::format("GRANT EXECUTE ON FUNCTION pg_catalog.{} TO {}", function, user));
    }
  }

  ports::Command command(const Server& server) const {
    const auto& upstream = environment_.node(upstream_);
    std::vector<std::string> words{
        "--target-pgdata", settings().data, "--source-server",
        fmt::format("host={} port={} user={} dbname=postgres connect_timeout=10",
                    quoted(upstream.address), upstream.port, quoted(upstream.replication.user))};
    if (const std::string file = configFileOutside(server, settings()); !file.empty()) {
      words.push_back("--config-file=" + file);
    }
    auto command = server.program("pg_rewind", std::move(words));
    command.environment["PGPASSWORD"] = application::resolvePassword(
        environment_.world, environment_.instance, upstream.replication.password);
    command.limit = kLimit;
    return command;
  }

  /// A value of a connection string.
  static std::string quoted(const std::string& value) {
    std::string text = "'";
    for (const char c : value) {
      if (c == '\'' || c == '\\') text += '\\';
      text += c;
    }
    return text + "'";
  }

  core::CheckResult look(Outcome outcome, const std::string& found,
                         const std::string& hint = {}) const {
    return check("node.rewound", "node " + node_, outcome, found, title(), hint);
  }

  Environment environment_;
  std::string node_;
  std::string upstream_;
  std::string stamp_;
};

}  // namespace

void registerRewound(step::Registry& registry, const Environment& environment) {
  add<Rewound>(registry, "node.rewound", environment);
}

}  // namespace cluster
