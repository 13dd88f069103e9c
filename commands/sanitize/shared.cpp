#include "commands/sanitize/shared.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <thread>

#include "lib/config/document.hpp"
#include "lib/config/trust.hpp"
#include "lib/core/cipher.hpp"
#include "lib/core/digest.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/database/database.hpp"
#include "lib/database/dbname.hpp"
#include "lib/sanitize/process_source.hpp"

namespace commands {
namespace {

constexpr std::array kFolders{"/etc/sotctl/sanitize", "/usr/share/sotctl/sanitize"};

std::string readTrusted(Context& context, const std::string& path) {
  ports::World& world = context.world();
  if (const auto reason = config::distrust(world.files, path, world.caller.uid)) {
    throw core::Error(core::Kind::configuration, "rules can't be trusted: " + *reason,
                      "Give it to root or to yourself, writable by nobody else.");
  }
  return world.files.read(path);
}

/// A shipped file: one in a folder of the machine, else the compiled one.
core::Json shipped(Context& context, const std::string& name) {
  for (const char* folder : kFolders) {
    const std::string path = std::string(folder) + "/" + name;
    if (context.world().files.info(path))
      return config::readDocument(readTrusted(context, path), path);
  }
  const std::string_view text = sanitize::embedded(name);
  if (text.empty()) {
    throw core::Error(core::Kind::usage, "there are no rules for " + core::printable(name),
                      "Products are netbox and nautobot.");
  }
  return config::readDocument(std::string(text), name);
}

void addAllowed(LoadedRules& loaded, const core::Json& document) {
  if (!document.contains("allow") || !document["allow"].is_object()) return;
  for (const auto& [word, reason] : document["allow"].items()) {
    loaded.allowed.insert(word);
    loaded.reasons[word] = reason.is_string() ? reason.get<std::string>() : "";
  }
}

core::Json without(core::Json document, const std::string& key) {
  document.erase(key);
  return document;
}

std::string lastPart(const std::string& path) { return path.substr(path.rfind('/') + 1); }

/// Folders and archives are read by pg_restore.
std::optional<std::string> archivePath(Context& context, const std::string& path) {
  ports::Files& files = context.world().files;
  const auto seen = files.info(path);
  if (!seen) return std::nullopt;
  if (seen->type == ports::FileType::folder) {
    if (files.info(path + "/toc.dat")) return path;
    for (const auto& entry : files.list(path)) {
      const std::string inner = path + "/" + entry.name;
      if (entry.type == ports::FileType::folder && files.info(inner + "/toc.dat")) return inner;
      if (entry.type == ports::FileType::file && entry.name.ends_with(".dump")) return inner;
    }
    throw core::Error(core::Kind::not_found,
                      fmt::format("{} is no backup set and no dump: there is no toc.dat in it",
                                  core::printable(path)),
                      "Name a dump, an archive, or a folder made by pg_dump -Fd.");
  }
  std::string first(8, '\0');
  first.resize(files.open(path)->read(first));
  const dump::FileKind kind = dump::fileKind(first);
  const bool archive =
      kind == dump::FileKind::custom_archive || kind == dump::FileKind::tar_archive;
  return archive ? std::optional(path) : std::nullopt;
}

/// A name as a key of TOML: bare, or quoted.
std::string tomlKey(const std::string& name) {
  const bool bare = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
  if (bare) return name;
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

/// What can be read once, read into a file without a name.
sanitize::Input keptInput(Context& context, const sanitize::Input& once,
                          const std::string& scratch_folder) {
  const std::shared_ptr<ports::ScratchFile> kept =
      scratchFiles(context).scratchFile(scratch_folder);
  core::pump(*once.open(), *kept);
  return {once.name, [kept] { return kept->read(); }, kept->size()};
}

}  // namespace

void bindRules(Arguments& arguments, RuleOptions& options) {
  arguments.option("--product", "NAME", options.product,
                   "netbox or nautobot, where its tables do not say so");
  arguments.option("--rules", "FILE", options.rules,
                   "rules of your own on top of the shipped ones; may be repeated");
  arguments.choice(
      "--outbound", {"off", "keep"}, options.outbound,
      "webhooks, event rules, data sources and scheduled jobs of the copy (default: off)");
}

LoadedRules loadRules(Context& context, const RuleOptions& options, const std::string& product) {
  LoadedRules loaded;
  const core::Json catalogue = shipped(context, product + "-catalogue.toml");
  loaded.catalogue =
      sanitize::readCatalogue(without(catalogue, "allow"), product + "-catalogue.toml");
  addAllowed(loaded, catalogue);
  const bool off = options.outbound != "keep";
  sanitize::addRules(loaded.rules, shipped(context, product + ".toml"), product + ".toml", false,
                     off);
  for (const std::string& file : options.rules) {
    const std::string path = context.world().caller.absolute(file);
    const auto resolved = context.world().files.resolve(path);
    if (!resolved)
      throw core::Error(core::Kind::not_found, "no rules file at " + core::printable(path));
    const core::Json document = config::readDocument(readTrusted(context, *resolved), path);
    addAllowed(loaded, document);
    sanitize::addRules(loaded.rules, without(document, "allow"), lastPart(path), true, off);
  }
  return loaded;
}

std::string productOf(Context& context, const sanitize::DumpFacts& facts,
                      const RuleOptions& options) {
  if (!options.product.empty()) return options.product;
  for (const char* product : {"nautobot", "netbox"}) {  // NetBox's are fewer
    sanitize::RuleSet rules;
    sanitize::addRules(rules, shipped(context, std::string(product) + ".toml"), product, false,
                       true);
    for (const sanitize::Facts& one : facts.databases) {
      const bool all =
          std::all_of(rules.identify.begin(), rules.identify.end(),
                      [&](const std::string& table) { return one.tables.count(table) != 0; });
      if (all && !rules.identify.empty()) return product;
    }
  }
  throw core::Error(core::Kind::undetermined,
                    "the dump has the tables of neither NetBox nor Nautobot",
                    "Say what it is with --product; tables that no rule knows lose their rows.");
}

ports::ScratchFiles& scratchFiles(Context& context) {
  auto* scratch = dynamic_cast<ports::ScratchFiles*>(&context.world().files);
  if (scratch == nullptr) throw std::logic_error("these files have no scratch room");
  return *scratch;
}

sanitize::Input inputOf(Context& context, const std::string& name,
                        const std::string& scratch_folder, bool schema_only) {
  ports::World& world = context.world();
  sanitize::Input input;
  if (name == "-") {
    input.name = "standard input";
    input.open = [&world] { return world.files.open("/dev/stdin"); };
    return context.globals().dry_run ? input : keptInput(context, input, scratch_folder);
  }
  constexpr std::string_view kDatabase = "database:";
  if (name == "database" || name.starts_with(kDatabase)) {
    return databaseInput(context, name.substr(std::min(name.size(), kDatabase.size())),
                         scratch_folder, schema_only);
  }
  const std::string path = world.caller.absolute(name);
  input.name = lastPart(path);
  const auto resolved = world.files.resolve(path);
  if (!resolved) throw core::Error(core::Kind::not_found, "nothing at " + core::printable(path));
  if (const auto archive = archivePath(context, *resolved)) {
    ports::Command command;
    command.argv = {"pg_restore", "-f", "-", *archive};
    command.mutates = false;
    command.limit = std::chrono::minutes(5);
    input.open = [&world, command]() -> std::unique_ptr<core::Source> {
      return std::make_unique<sanitize::ProcessSource>(world.shell, command);
    };
    return input;
  }
  const std::string file = *resolved;
  input.bytes = world.files.info(file)->bytes;
  input.open = [&world, file] { return world.files.open(file); };
  return input;
}

sanitize::Input databaseInput(Context& context, const std::string& name,
                              const std::string& scratch_folder, bool schema_only) {
  ports::World& world = context.world();
  database::Database server(world, context.instance(Need::look));
  const std::string from = name.empty() ? server.name() : name;
  server.admin(from);  // says in few words if there is none
  std::vector<std::string> words{database::dbnameOption(from)};
  if (schema_only) words.insert(words.begin(), "--schema-only");
  ports::Command command = server.tool("pg_dump", words);
  command.mutates = false;
  sanitize::Input input;
  input.name = "database " + from;
  input.open = [&world, command]() -> std::unique_ptr<core::Source> {
    return std::make_unique<sanitize::ProcessSource>(world.shell, command);
  };
  return schema_only ? input : keptInput(context, input, scratch_folder);
}

std::string readKey(Context& context, const std::string& name) {
  ports::World& world = context.world();
  const std::string path = world.caller.absolute(name);
  const auto seen = world.files.info(path);
  if (!seen) {
    throw core::Error(core::Kind::not_found, "no key file at " + core::printable(path),
                      "Make one: sotctl sanitize rules new-key FILE");
  }
  if (seen->type != ports::FileType::file || (seen->mode & 077) != 0 ||
      (seen->owner != world.caller.uid && seen->owner != 0)) {
    throw core::Error(core::Kind::refused,
                      fmt::format("the key file {} can be read by others (mode {}) or is not yours",
                                  core::printable(path), config::modeInWords(seen->mode)),
                      "With the key, pseudonyms can be taken back. Make a new one: sotctl sanitize "
                      "rules new-key FILE");
  }
  const std::string text(core::trim(world.files.read(path)));
  std::string key;
  for (std::size_t at = 0; at + 1 < text.size(); at += 2) {
    const auto byte = sanitize::parseHardwareAddress(text.substr(at, 2), 2);
    if (!byte) break;
    key += static_cast<char>(*byte);
  }
  if (text.size() != 64 || key.size() != 32) {
    throw core::Error(core::Kind::configuration,
                      core::printable(path) + " is no key: it is not 64 hexadecimal digits",
                      "Make one: sotctl sanitize rules new-key FILE");
  }
  return key;
}

std::string keyFor(Context& context, const std::optional<std::string>& path) {
  return path ? readKey(context, *path) : core::randomBytes(32);
}

int jobsFor(int wanted) {
  if (wanted > 0) return std::min(wanted, 64);
  return static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, 8U));
}

core::Json findingsDocument(const sanitize::Findings& findings,
                            const sanitize::Originals& originals) {
  core::Json leaks = core::Json::array();
  for (const auto& [leak, count] : findings.leaks) {
    leaks.push_back({{"where", leak.where},
                     {"value_of", leak.origin},
                     {"digest", leak.digest},
                     {"times", count}});
  }
  return {{"clean", findings.leaks.empty()},
          {"values_searched", originals.searched()},
          {"values_too_common", originals.common()},
          {"explained_by_dense_spaces", findings.explained},
          {"bytes_searched", findings.bytes},
          {"spilled_to_disk", originals.spilled()},
          {"leaks", std::move(leaks)}};
}

std::string findingsText(const sanitize::Findings& findings, const sanitize::Originals& originals) {
  std::string text = fmt::format(
      "searched {} for {} original values; {} too common to mean anything, looked at in their "
      "places only; {} explained\n",
      core::formatBytes(findings.bytes),
      core::formatCount(static_cast<std::int64_t>(originals.searched())),
      core::formatCount(static_cast<std::int64_t>(originals.common())),
      core::formatCount(static_cast<std::int64_t>(findings.explained)));
  if (findings.leaks.empty()) return text + "no leak\n";
  // By place and origin: one line for what one rule would mend.
  std::map<std::pair<std::string, std::string>, std::pair<std::uint64_t, std::uint64_t>> places;
  for (const auto& [leak, count] : findings.leaks) {
    auto& place = places[{leak.where, leak.origin}];
    ++place.first;
    place.second += count;
  }
  text += fmt::format("LEAKS: {} occurrences\n",
                      core::formatCount(static_cast<std::int64_t>(findings.occurrences())));
  for (const auto& [place, counts] : places) {
    text += fmt::format("  {}: {} of {}, {} times\n", place.first,
                        core::plural(static_cast<std::int64_t>(counts.first), "value", "values"),
                        place.second, core::formatCount(static_cast<std::int64_t>(counts.second)));
  }
  return text;
}

std::string suggestedRules(const sanitize::Findings& findings) {
  std::map<std::string, std::map<std::string, std::string>> tables;
  std::set<std::string> elsewhere;
  for (const auto& [leak, count] : findings.leaks) {
    if (leak.table.empty()) {
      elsewhere.insert(leak.where);
      continue;
    }
    std::string& treatment = tables[leak.table][leak.column];
    if (treatment != "empty") treatment = leak.json ? "json" : "empty";
  }
  std::string text;
  for (const auto& [table, columns] : tables) {
    text += fmt::format("[table.{}]\n", tomlKey(table));
    for (const auto& [column, treatment] : columns)
      text += fmt::format("{} = \"{}\"\n", tomlKey(column), treatment);
  }
  for (const std::string& where : elsewhere) {
    text += fmt::format("# no rule reaches {}: change it in the database, or allow the word\n",
                        core::printable(where));
  }
  return text;
}

}  // namespace commands
