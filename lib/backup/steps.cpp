#include "lib/backup/steps.hpp"

#include <fmt/format.h>

#include "lib/backup/dump_inside.hpp"
#include "lib/backup/pinned.hpp"
#include "lib/backup/pruned.hpp"
#include "lib/backup/quiet.hpp"
#include "lib/backup/standby.hpp"
#include "lib/core/json.hpp"
#include "lib/core/text.hpp"
#include "lib/database/measure.hpp"

namespace backup {
namespace {

constexpr const char* kQuiet = "instance.quiet";
constexpr const char* kWritten = "backup.written";
constexpr const char* kPublished = "backup.published";
constexpr const char* kRemoved = "backup.removed";

// The application serves meanwhile; a job that takes longer is ended as its worker stops.
constexpr std::chrono::milliseconds kDrainLimit = std::chrono::minutes(2);

class BackupStep : public step::Step {
 public:
  BackupStep(ports::World& world, const config::Instance& instance, Request request)
      : world_(world), instance_(instance), request_(std::move(request)) {}

 protected:
  bool whole(const std::string& folder) {
    if (!world_.files.info(folder)) return false;
    const StoredSet set = lookAt(world_, folder);
    return set.good() && set.manifest->set == request_.set;
  }

  core::CheckResult check(core::Outcome outcome, std::string found, std::string wanted) const {
    return {"backup.set",      "backup set " + request_.set,
            outcome,           std::move(found),
            std::move(wanted), {}};
  }

  step::Spec removal() const { return {kRemoved, toJson(request_), {}}; }

  ports::World& world_;
  const config::Instance& instance_;
  Request request_;
};

class Written : public BackupStep {
 public:
  Written(ports::World& world, const config::Instance& instance, Request request,
          std::shared_ptr<EndOfQuiet> end)
      : BackupStep(world, instance, std::move(request)), end_(std::move(end)) {}

  std::string title() const override {
    const std::string with =
        request_.with.empty() ? "" : ", with " + core::join(request_.with, " and ");
    return fmt::format("database {} is dumped and measured in one snapshot{}, as set {}",
                       instance_.database.name, with, request_.set);
  }

  step::Observation observe(const core::Json*) override {
    if (whole(request_.finalFolder()) || whole(request_.stagingFolder())) {
      return step::observed(check(core::Outcome::pass, "whole", "whole"));
    }
    if (const std::string shortage = lackOfSpace(); !shortage.empty()) {
      auto result = check(core::Outcome::fail, shortage, "enough free space");
      result.hint = "Make room, or set another folder in the instance's [backup] section.";
      return step::blocked(std::move(result));
    }
    return step::observed(check(core::Outcome::fail, "not there", "whole"));
  }

  void apply(const core::Json&, core::Progress& progress) override {
    database::Database database(world_, instance_);
    Manifest manifest;
    withPatience(world_, progress,
                 [&] { manifest = writeSet(database, request_, progress, *end_); });
    results_ = {{"set", manifest.set},
                {"bytes", manifest.bytes()},
                {"tables", manifest.database.tables.size()},
                {"rows", manifest.database.rows()},
                {"dumping_ms",
                 std::chrono::duration_cast<std::chrono::milliseconds>(manifest.dumping).count()}};
  }

  core::Json results() const override { return results_; }

  step::Compensation compensation(const core::Json&, step::Purpose purpose) override {
    // A finished run's set stays: whoever takes back a change never loses a backup by it.
    return purpose == step::Purpose::abort ? step::Compensation::by(removal())
                                           : step::Compensation::none();
  }

  std::vector<std::string> manual() const override {
    const config::DatabaseLogin& admin = instance_.database.admin;
    const std::string login = fmt::format(
        "{}-p {} -U {}", admin.host.empty() ? "" : "-h " + core::shellQuote(admin.host) + " ",
        admin.port, core::shellQuote(admin.user));
    const std::string folder = core::shellQuote(request_.stagingFolder());
    const std::string prefix = database::programPrefix(world_, instance_);
    const std::string owner = admin.os_user.empty() ? "" : "-o " + admin.os_user + " ";
    std::vector<std::string> lines{
        "# A set made by hand has no manifest and is not listed; pg_restore reads its dump.",
        fmt::format("rm -rf {0} && install -d -m 711 {0} && install -d -m 700 {1}{0}/dump", folder,
                    owner)};
    const std::string name = core::shellQuote(instance_.database.name);
    lines.push_back(instance_.database.service.empty()
                        ? fmt::format("{}pg_dump {} -Fd -j {} -Z1 -f {}/dump {}", prefix, login,
                                      database::effectiveJobs(request_.jobs), folder, name)
                        : fmt::format("{}pg_dump {} -Fc {} > {}/dump/{}.dump", prefix, login, name,
                                      folder, name));
    return lines;
  }

 private:
  std::string lackOfSpace() {
    Store store(world_, instance_);
    database::Database database(world_, instance_);
    const SpaceNeed need = spaceNeeded(database, store);
    const std::uint64_t free = world_.files.freeBytes(existingParent());
    if (free >= need.bytes) return {};
    return fmt::format("{} free below {}, about {} needed ({})", core::formatBytes(free),
                       existingParent(), core::formatBytes(need.bytes), need.reason);
  }

  std::string existingParent() {
    std::string folder = request_.folder;
    while (folder.size() > 1 && !world_.files.info(folder)) {
      folder = folder.substr(0, std::max<std::size_t>(folder.rfind('/'), 1));
    }
    return folder;
  }

  std::shared_ptr<EndOfQuiet> end_;
  core::Json results_ = core::Json::object();
};

class Published : public BackupStep {
 public:
  using BackupStep::BackupStep;

  std::string title() const override {
    return fmt::format("set {} is listed in {}", request_.set, request_.folder);
  }

  step::Observation observe(const core::Json*) override {
    if (whole(request_.finalFolder())) {
      return step::observed(check(core::Outcome::pass, "listed", "listed"));
    }
    if (world_.files.info(request_.finalFolder())) {
      return step::blocked(
          check(core::Outcome::fail, lookAt(world_, request_.finalFolder()).broken, "a whole set"));
    }
    if (!whole(request_.stagingFolder())) {
      return step::observed(check(core::Outcome::skip, "not written yet", "listed"));
    }
    return step::observed(check(core::Outcome::fail, "written, not listed", "listed"));
  }

  void apply(const core::Json&, core::Progress&) override {
    world_.files.rename(request_.stagingFolder(), request_.finalFolder());
  }

  step::Compensation compensation(const core::Json&, step::Purpose purpose) override {
    return purpose == step::Purpose::abort ? step::Compensation::by(removal())
                                           : step::Compensation::none();
  }

  std::vector<std::string> manual() const override {
    return {fmt::format("mv -T {} {}", core::shellQuote(request_.stagingFolder()),
                        core::shellQuote(request_.finalFolder()))};
  }
};

class Removed : public BackupStep {
 public:
  using BackupStep::BackupStep;

  std::string title() const override {
    return fmt::format("nothing is left of set {}", request_.set);
  }

  step::Observation observe(const core::Json*) override {
    for (const std::string& folder : {request_.finalFolder(), request_.stagingFolder()}) {
      if (world_.files.info(folder)) {
        return step::observed(check(core::Outcome::fail, folder + " is there", "nothing left"));
      }
    }
    return step::observed(check(core::Outcome::pass, "nothing left", "nothing left"));
  }

  void apply(const core::Json&, core::Progress& progress) override {
    clearContainer(progress);
    // First out of the list in one move: a removal that is cut short must not leave half a set.
    if (world_.files.info(request_.finalFolder())) {
      world_.files.removeTree(request_.stagingFolder());
      world_.files.rename(request_.finalFolder(), request_.stagingFolder());
    }
    world_.files.removeTree(request_.stagingFolder());
  }

  step::Compensation compensation(const core::Json&, step::Purpose) override {
    return step::Compensation::never("a removed backup set can't be brought back");
  }

  std::vector<std::string> manual() const override {
    return {core::shellLine({"rm", "-rf", request_.stagingFolder(), request_.finalFolder()})};
  }

 private:
  /// What a dump left in the container of the server. One that does not run dumps nothing.
  void clearContainer(core::Progress& progress) {
    database::Database database(world_, instance_);
    if (database.container() == nullptr) return;
    DumpInside inside(database, request_.set);
    try {
      inside.clear();
    } catch (const core::Error& error) {
      if (error.kind() != core::Kind::not_found && error.kind() != core::Kind::unreachable) throw;
      progress.say(fmt::format("{}; {} stays in the container if it is there", error.what(),
                               inside.folder()));
    }
  }
};

template <typename Kind>
step::Factory factory(ports::World& world, const config::Instance& instance) {
  return [&world, &instance](const core::Json& arguments) -> std::unique_ptr<step::Step> {
    return std::make_unique<Kind>(world, instance, requestFromJson(arguments));
  };
}

}  // namespace

void registerSteps(step::Registry& registry, ports::World& world,
                   const config::Instance& instance) {
  const auto end = std::make_shared<EndOfQuiet>();
  registry.add(kQuiet, [&world, &instance, end](const core::Json& arguments) {
    return std::make_unique<Quiet>(world, instance, end, arguments.value("run", std::string()));
  });
  registry.add(kWritten, [&world, &instance, end](const core::Json& arguments) {
    return std::make_unique<Written>(world, instance, requestFromJson(arguments), end);
  });
  registry.add(kPublished, factory<Published>(world, instance));
  registry.add(kRemoved, factory<Removed>(world, instance));
  registerPinned(registry, world);
  registerPruned(registry, world);
}

std::vector<step::Spec> createSteps(const Request& request, const std::string& quiesced_by) {
  step::Spec written{kWritten, toJson(request), {}};
  const step::Spec published{kPublished, toJson(request), {}};
  if (quiesced_by.empty()) return {std::move(written), published};
  const core::Json of_run{{"run", quiesced_by}};
  const step::Spec drained{
      "jobs.drained", {{"run", quiesced_by}, {"limit_ms", kDrainLimit.count()}}, {}};
  return {drained, {kQuiet, of_run, {std::move(written)}}, published};
}

}  // namespace backup
