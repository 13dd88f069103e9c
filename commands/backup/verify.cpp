#include "lib/backup/verify.hpp"

#include <fmt/format.h>

#include "commands/backup/backup.hpp"
#include "commands/sets.hpp"
#include "lib/core/text.hpp"

namespace commands {
namespace {

struct BackupVerifyOptions {
  std::optional<std::string> set;
  bool newest = false;
  bool all = false;
  std::optional<std::string> before;
  int jobs = 0;
};

void bind(Arguments& arguments, BackupVerifyOptions& options) {
  arguments.positional("SET|PATH", options.set,
                       "id of a set or its beginning, or the path of a set's or dump's folder");
  arguments.flag("--newest", options.newest, "the newest set, whatever its state");
  arguments.option("--before", "TIME", options.before,
                   "the newest good set of an earlier moment: 2026-11-21T04:00, local or with Z");
  arguments.flag("--all", options.all, "every set of the instance");
  arguments.option("-j,--jobs", "N", options.jobs, "threads; as many as processors, at most 4");
}

/// A folder by its path: a set, or a dump in directory format without a manifest.
backup::Verification verifyPath(Context& context, const std::string& path, int jobs) {
  ports::World& world = context.world();
  const auto folder = world.files.resolve(world.caller.absolute(path));
  if (!folder) {
    throw core::Error(core::Kind::not_found, fmt::format("nothing at {}", core::printable(path)));
  }
  if (world.files.info(*folder)->type != ports::FileType::folder) {
    throw core::Error(core::Kind::undetermined,
                      fmt::format("{} is no folder", core::printable(*folder)),
                      "This version verifies backup sets and dumps in directory format (pg_dump "
                      "-Fd).");
  }
  core::Progress& progress = context.out().progress();
  if (world.files.info(*folder + "/" + backup::kManifestFile)) {
    return backup::verifySet(world, backup::lookAt(world, *folder), jobs, progress);
  }
  if (world.files.info(*folder + "/" + backup::kTocFile)) {
    return backup::verifySet(world, backup::lookAt(world, *folder), jobs, progress);
  }
  if (!world.files.info(*folder + "/toc.dat")) {
    throw core::Error(core::Kind::undetermined,
                      fmt::format("{} is no backup set and no dump: it has neither {} nor toc.dat",
                                  core::printable(*folder), backup::kManifestFile),
                      "Name the folder of a set, or of a dump made by pg_dump -Fd.");
  }
  return backup::verifyDump(world, *folder, jobs, progress);
}

std::vector<backup::Verification> verifyChosen(Context& context,
                                               const BackupVerifyOptions& options) {
  if (options.set && options.set->find('/') != std::string::npos) {
    return {verifyPath(context, *options.set, options.jobs)};
  }
  backup::Store store(context.world(), context.instance(Need::look));
  std::vector<backup::StoredSet> sets;
  if (options.all || options.newest) {
    sets = store.list();
    if (sets.empty()) store.newest();  // says that there is none
    // Not the newest good one: that would hide that the last backup is broken.
    if (options.newest) sets.resize(1);
  } else {
    sets.push_back(chosenSet(context, store, {options.set, false, options.before}));
  }
  std::vector<backup::Verification> results;
  for (const backup::StoredSet& set : sets) {
    results.push_back(
        backup::verifySet(context.world(), set, options.jobs, context.out().progress()));
  }
  return results;
}

const char* verdictOf(const backup::Verification& result) {
  if (!result.damages.empty()) return "damaged";
  return result.undetermined.empty() ? "good" : "unknown";
}

core::Json documentOf(const std::vector<backup::Verification>& results) {
  core::Json list = core::Json::array();
  for (const backup::Verification& result : results) {
    core::Json damages = core::Json::array();
    for (const backup::Damage& damage : result.damages) {
      damages.push_back(
          {{"object", damage.object}, {"expected", damage.expected}, {"found", damage.found}});
    }
    list.push_back(
        {{"set", result.set},
         {"folder", result.folder},
         {"manifest", result.has_manifest},
         {"verdict", verdictOf(result)},
         {"damages", std::move(damages)},
         {"undetermined", result.undetermined},
         {"files", result.files},
         {"tables", result.tables},
         {"rows", result.rows},
         {"bytes", result.bytes},
         {"unpacked_bytes", result.unpacked},
         {"took_ms", std::chrono::duration_cast<std::chrono::milliseconds>(result.took).count()}});
  }
  return {{"sets", std::move(list)}};
}

std::string textOf(const backup::Verification& result, bool color) {
  std::string text;
  if (result.good()) {
    text = fmt::format("{} {}: {}, {} read, {} tables with {} rows decoded, in {}\n",
                       out::paint(out::Paint::good, "good", color), result.set,
                       core::plural(static_cast<std::int64_t>(result.files), "file", "files"),
                       core::formatBytes(result.bytes), result.tables,
                       core::formatCount(result.rows), core::formatDuration(result.took));
    if (!result.has_manifest) {
      text +=
          "  a dump without a manifest: complete and readable, but nothing says how many rows "
          "it should have\n";
    }
    return text;
  }
  const bool damaged = !result.damages.empty();
  text = fmt::format("{} {}\n",
                     out::paint(damaged ? out::Paint::bad : out::Paint::careful,
                                damaged ? "DAMAGED" : "unknown", color),
                     result.set);
  for (const backup::Damage& damage : result.damages) text += "  " + damage.inWords() + "\n";
  for (const std::string& what : result.undetermined) {
    text += "  could not determine: " + what + "\n";
  }
  return text;
}

/// Damage wins over what could not be looked at.
void complain(const std::vector<backup::Verification>& results) {
  for (const backup::Verification& result : results) {
    if (!result.damages.empty()) throw result.error();
  }
  for (const backup::Verification& result : results) {
    if (!result.good()) throw result.error();
  }
}

int run(Context& context, const BackupVerifyOptions& options) {
  if ((options.set ? 1 : 0) + (options.newest ? 1 : 0) + (options.all ? 1 : 0) +
          (options.before ? 1 : 0) >
      1) {
    throw core::Error(core::Kind::usage, "a set, --newest, --before and --all exclude each other",
                      "Keep one of them; `sotctl backup list` shows the sets.");
  }
  const auto results = verifyChosen(context, options);
  std::string text;
  for (const backup::Verification& result : results) {
    text += textOf(result, context.out().settings().color);
  }
  context.out().result(documentOf(results), text);
  complain(results);
  return 0;
}

}  // namespace

Verb backupVerify() {
  return makeVerb<BackupVerifyOptions>(
      {"verify",
       "read every byte of a backup set and prove it whole",
       "Reads each file of a set once: compares its SHA-256 with the manifest, unpacks and decodes "
       "every table of the dump to its last row, and compares the number of rows with what was "
       "counted in the database at the moment of the dump. Missing and extra files are damage, too."
       "\n\nNeeds no server, no configuration when a path is given, and no right but reading. A "
       "folder that pg_dump -Fd made without sotctl is decoded the same way; there is nothing to "
       "compare its rows with.",
       {"sotctl backup verify --newest", "sotctl backup verify 20261121T0300",
        "sotctl backup verify --before 2026-11-21T04:00",
        "sotctl backup verify /var/backups/sotctl/netbox/20261121T030012Z-4f1c",
        "sotctl backup verify --all -o json"},
       {{3, "the configuration is wrong"},
        {4, "there is no such set, folder or instance"},
        {8, "a file may not be read"},
        {11, "something is damaged, missing or extra"},
        {13, "something could not be read (a packing or format of another version)"}},
       {}},
      bind, run);
}

}  // namespace commands
