#include "lib/migrations/steps.hpp"

#include <fmt/format.h>

#include "lib/core/error.hpp"
#include "lib/core/json.hpp"
#include "lib/core/text.hpp"
#include "lib/database/database.hpp"
#include "lib/schema/live.hpp"

namespace migrations {
namespace {

constexpr const char* kScratch = "migrations.scratch";
constexpr const char* kTried = "migrations.tried";

std::string fileOf(const std::string& folder, const std::string& way) {
  return fmt::format("{}/migrate-{}.json", folder, way);
}

/// A scratch database of one run: its name has the run's id, and its comment says what it is. One
/// without a comment is ours as well: that of a run that died between two statements.
class ScratchDatabase {
 public:
  ScratchDatabase(ports::World& world, const config::Instance& instance,
                  const core::Json& arguments)
      : world_(world),
        instance_(instance),
        name_(arguments.at("database").get<std::string>()),
        comment_("sotctl scratch of run " + arguments.at("run").get<std::string>()) {}

  enum class State { missing, ours, foreign };
  State look() const {
    const auto sql = database::Database(world_, instance_).admin();
    const auto rows = sql->query(
        "SELECT coalesce(pg_catalog.shobj_description(oid, 'pg_database'), $2) = $2 AS ours "
        "FROM pg_catalog.pg_database WHERE datname = $1",
        {name_, comment_});
    if (rows.empty()) return State::missing;
    return rows.boolean(0, "ours") ? State::ours : State::foreign;
  }
  /// Empty, whatever was in it.
  void create() const {
    drop();
    const auto sql = database::Database(world_, instance_).admin();
    sql->execute(fmt::format("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'",
                             ports::sqlName(name_),
                             ports::sqlName(instance_.database.application.user)));
    sql->execute(fmt::format("COMMENT ON DATABASE {} IS {}", ports::sqlName(name_),
                             ports::sqlText(comment_)));
  }
  /// Only ours.
  void drop() const {
    switch (look()) {
      case State::missing:
        return;
      case State::foreign:
        throw core::Error(
            core::Kind::refused, fmt::format("database {} is not a scratch of this run", name_),
            "If nothing in it is needed, drop it by hand; then take the run up again.");
      case State::ours:
        break;
    }
    database::Database(world_, instance_)
        .admin()
        ->execute(fmt::format("DROP DATABASE {} WITH (FORCE)", ports::sqlName(name_)));
  }
  const std::string& name() const { return name_; }

 private:
  ports::World& world_;
  const config::Instance& instance_;
  std::string name_;
  std::string comment_;
};

class Scratch : public step::Bracket {
 public:
  Scratch(ports::World& world, const config::Instance& instance, const core::Json& arguments)
      : scratch_(world, instance, arguments), owner_(instance.database.application.user) {}

  std::string title() const override { return "scratch database " + scratch_.name(); }
  step::Observation observe(const core::Json*) override {
    const auto state = scratch_.look();
    if (state == ScratchDatabase::State::foreign) {
      return step::blocked(look(core::Outcome::fail, "is there, and is no scratch of this run"));
    }
    const bool ours = state == ScratchDatabase::State::ours;
    return step::observed(
        look(ours ? core::Outcome::pass : core::Outcome::fail, ours ? "is there" : "is not there"));
  }
  void apply(const core::Json&, core::Progress&) override { scratch_.create(); }
  step::Observation observeClosed(const core::Json&) override {
    const bool gone = scratch_.look() == ScratchDatabase::State::missing;
    return step::observed(
        look(gone ? core::Outcome::pass : core::Outcome::fail, gone ? "is gone" : "is there"));
  }
  void close(const core::Json&, core::Progress&) override { scratch_.drop(); }
  std::vector<std::string> manual() const override {
    return {core::shellLine({"createdb", "-T", "template0", "-O", owner_, scratch_.name()})};
  }
  std::vector<std::string> manualClose() const override {
    return {core::shellLine({"dropdb", "--if-exists", scratch_.name()})};
  }

 private:
  core::CheckResult look(core::Outcome outcome, std::string found) const {
    return {kScratch, "database " + scratch_.name(), outcome, std::move(found), "", ""};
  }

  ScratchDatabase scratch_;
  std::string owner_;
};

class TriedWay : public step::Step {
 public:
  TriedWay(ports::World& world, const config::Instance& instance, const core::Json& arguments)
      : world_(world),
        instance_(instance),
        scratch_(world, instance, arguments),
        way_(arguments.at("way").get<std::string>()),
        file_(fileOf(arguments.at("folder").get<std::string>(), way_)) {}

  std::string title() const override {
    return fmt::format("the {} migrations were applied to {}, and the schema was taken", way_,
                       scratch_.name());
  }
  step::Observation observe(const core::Json*) override {
    const bool there = world_.files.info(file_).has_value();
    return step::observed({kTried, way_ + " migrations",
                           there ? core::Outcome::pass : core::Outcome::fail,
                           there ? "tried: " + file_ : "not tried yet", "", ""});
  }
  void apply(const core::Json&, core::Progress& progress) override {
    scratch_.create();  // an earlier try of this run may have left half of it
    progress.say(fmt::format("migrate runs on {}", scratch_.name()));
    const ports::Outcome outcome =
        migrateScratch(world_, instance_, scratch_.name(),
                       way_ == wayName(Way::individual) ? Way::individual : Way::squashed);
    core::Json found{{"output", outcome.out},
                     {"error", outcome.ok() ? "" : outcome.inWords()},
                     {"schema", nullptr}};
    if (outcome.ok()) {
      const auto session = database::Database(world_, instance_).application(scratch_.name());
      found["schema"] = schema::toJson(schema::liveSchema(*session, way_, false));
    }
    constexpr auto kLenient = core::Json::error_handler_t::replace;
    world_.files.replace(file_, found.dump(-1, ' ', false, kLenient) + "\n", 0600);
  }
  step::Compensation compensation(const core::Json&, step::Purpose) override {
    return step::Compensation::none();  // the bracket takes the database away
  }
  std::vector<std::string> manual() const override {
    return {fmt::format("# with {} as the database's name in a copy of the configuration{}:",
                        scratch_.name(),
                        way_ == wayName(Way::individual) ? ", and without the squash files" : ""),
            "manage.py migrate --no-input"};
  }

 private:
  ports::World& world_;
  const config::Instance& instance_;
  ScratchDatabase scratch_;
  std::string way_;
  std::string file_;
};

template <typename Kind>
step::Factory factory(ports::World& world, const config::Instance& instance) {
  return [&world, &instance](const core::Json& arguments) -> std::unique_ptr<step::Step> {
    return std::make_unique<Kind>(world, instance, arguments);
  };
}

}  // namespace

void registerSteps(step::Registry& registry, ports::World& world,
                   const config::Instance& instance) {
  registry.add(kScratch, factory<Scratch>(world, instance));
  registry.add(kTried, factory<TriedWay>(world, instance));
}

std::vector<step::Spec> scratchSteps(const std::string& run, const std::string& folder) {
  std::vector<step::Spec> steps;
  for (const Way way : {Way::individual, Way::squashed}) {
    core::Json arguments{{"database", fmt::format("sotctl_{}_{}", run, wayName(way))},
                         {"run", run}};
    core::Json tried = arguments;
    tried.update({{"way", wayName(way)}, {"folder", folder}});
    steps.push_back({kScratch, std::move(arguments), {{kTried, std::move(tried), {}}}});
  }
  return steps;
}

Tried readTried(ports::Files& files, const std::string& folder, Way way) {
  const std::string path = fileOf(folder, wayName(way));
  const auto json = core::Json::parse(files.read(path), nullptr, false);
  if (!json.is_object()) throw core::Error(core::Kind::corrupt, path + " is no JSON document");
  Tried tried{json.at("output").get<std::string>(), json.at("error").get<std::string>(), {}};
  if (!json.at("schema").is_null()) tried.schema = schema::fromJson(json.at("schema"), path);
  return tried;
}

}  // namespace migrations
