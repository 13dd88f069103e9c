#include "lib/backup/write.hpp"

#include <fmt/format.h>

#include <atomic>
#include <exception>
#include <future>
#include <map>

#include "lib/application/installation.hpp"
#include "lib/backup/dump_inside.hpp"
#include "lib/backup/pack.hpp"
#include "lib/backup/parts.hpp"
#include "lib/backup/verify.hpp"
#include "lib/core/error.hpp"
#include "lib/core/json.hpp"
#include "lib/core/text.hpp"
#include "lib/core/version.hpp"
#include "lib/database/counted.hpp"
#include "lib/database/measure.hpp"

namespace backup {
namespace {

// pg_dump waits for locks that somebody else holds on a table, and whoever comes after it waits,
// too. So it gives up soon, with the table's name.
constexpr const char* kLockWait = "--lock-wait-timeout=60s";

// Other accounts may pass through and see nothing: what they may read is decided below.
constexpr unsigned kEnterOnly = 0711;

/// What a program said of its failure. The first complaint is the cause: those after it are of what
/// came down with it ("a worker process died unexpectedly").
std::string complaintOf(const ports::Outcome& outcome) {
  for (const std::string& line : core::split(outcome.err, '\n')) {
    const auto at = line.find("error: ");
    if (at == std::string::npos || outcome.signal != 0) continue;
    return fmt::format("exit status {}: {}", outcome.status, core::printable(line.substr(at + 7)));
  }
  return outcome.inWords();
}

/// Ends a time, however it ends.
class Over {
 public:
  explicit Over(std::atomic<bool>& during) : during_(during) {}
  ~Over() { during_ = false; }
  Over(const Over&) = delete;
  Over& operator=(const Over&) = delete;

 private:
  std::atomic<bool>& during_;
};

class Writer {
 public:
  Writer(database::Database& database, const Request& request, core::Progress& progress,
         const std::function<void()>& copied)
      : database_(database),
        world_(database.world()),
        files_(world_.files),
        request_(request),
        staging_(request.stagingFolder()),
        progress_(progress),
        copied_(copied) {}

  Manifest write() {
    const auto start = world_.clock.steady();
    describe();
    makeFolders();
    if (database_.container() == nullptr) requireRoomUnpacked();
    dumpSnapshot();
    compareWithMeasured();
    manifest_.total = since(start);
    if (request_.pinned) pin();
    files_.syncTree(staging_);
    files_.replace(staging_ + "/" + kManifestFile, writeManifest(manifest_), 0600);
    progress_.say(fmt::format("dumped {} tables, {}, in {}", manifest_.database.tables.size(),
                              core::formatBytes(manifest_.bytes()),
                              core::formatDuration(manifest_.total)));
    return std::move(manifest_);
  }

 private:
  std::string dumpFolder() const { return staging_ + "/" + kDumpFolder; }
  std::string rolesFile() const { return staging_ + "/" + kRolesFile; }
  int jobs() const { return database::effectiveJobs(request_.jobs); }

  core::Duration since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration_cast<core::Duration>(world_.clock.steady() - start);
  }

  void describe() {
    const config::Instance& instance = database_.instance();
    manifest_.set = request_.set;
    manifest_.instance = instance.name;
    manifest_.product = config::productName(instance.product);
    manifest_.environment = config::environmentName(instance.environment);
    manifest_.product_version =
        application::installedVersion(world_, application::installationOf(instance))
            .value.value_or("");
    manifest_.description = request_.description;
    manifest_.version = core::version();
    manifest_.host = world_.caller.host;
    manifest_.person = world_.caller.person;
    manifest_.started = world_.clock.now();
    ports::Command version = database_.tool("pg_dump", {"--version"});
    version.mutates = false;
    manifest_.dumper = std::string(core::trim(require(world_.shell.run(version), "pg_dump").out));
  }

  void makeFolders() {
    files_.removeTree(staging_);
    makeEnterable(request_.folder);
    files_.makeFolder(staging_, dumperIsOther() ? kEnterOnly : 0700);
    files_.makeFolder(dumpFolder(), 0700);
    if (!dumperIsOther()) return;
    files_.setOwner(dumpFolder(), dumperAccount());
    requireEntrance();
  }

  /// Makes the folder and those above it that are missing; what is there keeps its mode.
  void makeEnterable(const std::string& folder) {
    if (folder.empty() || files_.info(folder)) return;
    makeEnterable(folder.substr(0, folder.rfind('/')));
    files_.makeFolder(folder, kEnterOnly);
  }

  /// pg_dump up to 15 leaves its working directory to find out where it is installed, and comes
  /// back by the path alone: an account that may not enter each folder of it can't dump there.
  void requireEntrance() {
    ports::Command look;
    look.argv = {"test", "-w", dumpFolder()};
    look.user = dumperAccount();
    look.mutates = false;
    if (world_.shell.run(look).ok()) return;
    throw core::Error(core::Kind::refused,
                      fmt::format("account {}, which pg_dump runs as, can't enter {}",
                                  dumperAccount(), request_.folder),
                      fmt::format("Let it pass through the folders above (chmod o+x), or set "
                                  "another folder in the instance's [backup] section."));
  }

  /// Where the file system keeps what was packed, the whole dump lies there beside it at its end.
  void requireRoomUnpacked() {
    const std::string account = dumperIsOther() ? dumperAccount() : "";
    if (Packer::canGiveBack(world_, dumpFolder(), account)) return;
    const auto bytes = static_cast<std::uint64_t>(
        database_.admin(database_.name())
            ->query("SELECT coalesce(sum(pg_table_size(oid)), 0)::bigint AS bytes FROM pg_class "
                    "WHERE relkind = 'r' AND relnamespace NOT IN ('pg_catalog'::regnamespace, "
                    "'information_schema'::regnamespace)")
            .number(0, "bytes"));
    const std::uint64_t free = files_.freeBytes(staging_);
    const std::string words = fmt::format(
        "the file system of {} can't give back parts of files, so that the dump needs {} while it "
        "is packed, and {} are free",
        request_.folder, core::formatBytes(bytes), core::formatBytes(free));
    if (free >= bytes) return progress_.say(words);
    throw core::Error(core::Kind::refused, words,
                      "Make room, or set another folder in the instance's [backup] section.");
  }

  const std::string& dumperAccount() const { return database_.instance().database.admin.os_user; }
  bool dumperIsOther() const {
    return !dumperAccount().empty() && dumperAccount() != world_.caller.account;
  }

  /// The server tells all but the digests of rows while pg_dump works, in its snapshot. Rows are
  /// counted once more, and digested, as they are read back from the dump.
  void dumpSnapshot() {
    const auto start = world_.clock.steady();
    std::optional<DumpInside> inside;
    if (database_.container() != nullptr) inside.emplace(database_, request_.set).make();
    database::Snapshot snapshot(database_, database_.name());
    const ports::Command command = dumpCommand(snapshot, inside);
    progress_.at("dumping", 0, 0);
    // Listed now, so that files are of the snapshot's moment.
    auto copied = std::async(std::launch::async, [this] {
      copyFiles();
      if (copied_) copied_();
    });
    std::atomic<bool> dumping{true};
    auto packed = std::async(std::launch::async, [&] {
      if (inside) return;  // pg_dump itself packs there
      Packer(world_, dumpFolder(), dumperIsOther() ? dumperAccount() : "", progress_)
          .follow(dumping);
    });
    auto dumped = std::async(std::launch::async, [&] {
      const Over over(dumping);
      return world_.shell.run(command);
    });
    std::exception_ptr failure;
    try {
      manifest_.database = database::survey(snapshot);
      database::countRows(snapshot, manifest_.database);
    } catch (...) {
      failure = std::current_exception();
    }
    require(dumped.get(), "pg_dump");
    if (failure) std::rethrow_exception(failure);
    packed.get();
    if (inside) inside->fetch(dumpFolder(), progress_);
    dumpRoles();
    manifest_.dumping = since(start);
    takeBack();
    copied.get();
    const auto read_from = world_.clock.steady();
    reading_ = inspect(world_, staging_, kDumpFolder, jobs(), progress_);
    manifest_.measuring = since(read_from);
    takeRows();
  }

  void copyFiles() {
    if (request_.with.empty()) return;
    const Roots roots = findRoots(world_, database_.instance());
    for (const std::string& remark : roots.remarks) progress_.say(remark);
    manifest_.secret_key = roots.secret_key;
    manifest_.parts = copyParts(world_, roots, request_.with, staging_, progress_);
  }

  /// The database's name goes through the environment: as an argument "a=b" would be settings.
  ports::Command dumpCommand(database::Snapshot& snapshot,
                             const std::optional<DumpInside>& inside) {
    const std::string encoding =
        snapshot.session().query("SELECT current_setting('server_encoding') AS e").text(0, "e");
    ports::Command command = database_.tool(
        "pg_dump", {"--format=directory", fmt::format("--jobs={}", jobs()),
                    inside ? "--compress=1" : "--compress=0", "--no-sync", "--no-password",
                    kLockWait, "--encoding=" + encoding, "--snapshot=" + snapshot.id(),
                    "--file=" + (inside ? inside->folder() : dumpFolder())});
    command.environment["PGDATABASE"] = core::Secret(database_.name());
    if (inside) command.environment["PGAPPNAME"] = core::Secret(inside->sessions("pg_dump"));
    for (const auto& [name, value] : database::textEnvironment(snapshot)) {
      command.environment[name] = value;
    }
    return command;
  }

  /// Without passwords: they are not needed to see which roles were there, and a set should not
  /// hold what opens the server.
  void dumpRoles() {
    ports::Command command =
        database_.tool("pg_dumpall", {"--roles-only", "--no-role-passwords", "--no-password"});
    const auto file = files_.create(rolesFile(), 0600);
    const auto process = world_.shell.start(command, nullptr, file.get());
    require(process->wait(), "pg_dumpall");
    file->finish();
  }

  void takeBack() {
    if (dumperIsOther()) files_.setOwner(dumpFolder(), world_.caller.account);
    files_.setMode(dumpFolder(), 0700);
    files_.setMode(staging_, 0700);
    for (const ports::FileInfo& file : files_.list(dumpFolder())) {
      const std::string path = dumpFolder() + "/" + file.name;
      if (dumperIsOther()) files_.setOwner(path, world_.caller.account);
      files_.setMode(path, 0600);
    }
  }

  void takeRows() {
    std::map<std::string, database::TableFacts*> listed;
    for (database::TableFacts& table : manifest_.database.tables) listed[table.object()] = &table;
    for (const FileReading& file : reading_.files) {
      if (!file.member || !file.facts.rows) continue;
      const auto found = listed.find(file.member->schema + "." + file.member->table);
      if (found == listed.end()) continue;  // of an extension
      database::TableFacts& table = *found->second;
      if (!table.rows) table.rows = file.facts.rows->rows();  // what was counted is compared
      table.digest = file.facts.rows->digest();
      table.columns = file.member->columns;
      table.unknown.clear();
    }
  }

  /// What is on disk is what was measured, or there is no set.
  void compareWithMeasured() {
    for (const FileReading& file : reading_.files) {
      manifest_.files.push_back({file.path, file.bytes, file.sha256});
      if (!file.undetermined.empty()) {
        throw core::Error(core::Kind::undetermined, file.undetermined);
      }
    }
    if (reading_.toc) takeSequences(*reading_.toc);
    const auto damages = compareWithManifest(manifest_, reading_);
    if (damages.empty()) return;
    throw core::Error(
        core::Kind::unexpected,
        fmt::format("the dump is not what the database held: {}", damages.front().inWords()),
        "Nothing was kept. Look at the disk and the server's log, then try again.");
  }

  void pin() {
    const ports::Caller& caller = world_.caller;
    writePin(world_, staging_,
             {caller.person, caller.host, request_.description, world_.clock.now()});
  }

  /// Sequences are outside of snapshots: what counts is what pg_dump read.
  void takeSequences(const dump::Toc& toc) {
    for (const dump::TocEntry& entry : toc.entries) {
      const auto value = dump::sequenceValue(entry);
      if (!value) continue;
      for (database::SequenceFacts& sequence : manifest_.database.sequences) {
        if (sequence.schema != entry.schema || sequence.name != entry.tag) continue;
        sequence.last_value = value->last_value;
        sequence.is_called = value->is_called;
      }
    }
  }

  ports::Outcome require(ports::Outcome outcome, const std::string& program) const {
    if (outcome.ok()) return outcome;
    throw core::Error(core::Kind::unexpected,
                      fmt::format("{} of database {} failed: {}", program, database_.name(),
                                  complaintOf(outcome)),
                      "No set was made. Correct what it says, then try again.");
  }

  database::Database& database_;
  ports::World& world_;
  ports::Files& files_;
  const Request& request_;
  std::string staging_;
  core::Progress& progress_;
  const std::function<void()>& copied_;
  Manifest manifest_;
  Reading reading_;  // of what is on disk
};

}  // namespace

core::Json toJson(const Request& request) {
  return {
      {"set", request.set},       {"folder", request.folder}, {"description", request.description},
      {"pinned", request.pinned}, {"with", request.with},     {"jobs", request.jobs}};
}

Request requestFromJson(const core::Json& json) {
  Request request{
      json.at("set"),  json.at("folder"),           json.at("description"),
      json.at("jobs"), json.value("pinned", false), json.value("with", std::vector<std::string>())};
  // Folders are removed by these names.
  if (!isSetId(request.set) || !request.folder.starts_with('/') || request.folder.size() < 2) {
    throw core::Error(core::Kind::corrupt,
                      fmt::format("no backup set's name and folder: {} in {}",
                                  core::printable(request.set), core::printable(request.folder)));
  }
  return request;
}

SpaceNeed spaceNeeded(database::Database& database, Store& store) {
  for (const StoredSet& set : store.list()) {
    if (!set.good()) continue;
    return {set.manifest->bytes() / 5 * 6, fmt::format("the last set, {}, has {}", set.id,
                                                       core::formatBytes(set.manifest->bytes()))};
  }
  const auto bytes =
      static_cast<std::uint64_t>(database.admin(database.name())
                                     ->query("SELECT pg_database_size(current_database()) AS bytes")
                                     .number(0, "bytes"));
  return {bytes / 2, fmt::format("database {} has {}", database.name(), core::formatBytes(bytes))};
}

Manifest writeSet(database::Database& database, const Request& request, core::Progress& progress,
                  const std::function<void()>& copied) {
  return Writer(database, request, progress, copied).write();
}

}  // namespace backup
