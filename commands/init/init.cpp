#include "commands/init/init.hpp"

#include <fmt/format.h>

#include "commands/context.hpp"
#include "lib/checks/report.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/discover/discover.hpp"

namespace commands {
namespace {

struct InitOptions {
  std::optional<std::string> to;
  std::optional<std::string> name;
  std::optional<std::string> root;
  std::optional<std::string> engine;
  std::string environment = "production";
};

void bindInit(Arguments& arguments, InitOptions& options) {
  arguments.option("--to", "FILE", options.to,
                   "where to write; /etc/sotctl/sotctl.toml as root, else your own");
  arguments.option("--name", "NAME", options.name, "call the instance so; the product's name else");
  arguments.option("--root", "DIR", options.root, "look at the installation in this folder alone");
  arguments.option("--engine", "ADDRESS", options.engine,
                   "look into the container engine at this address too (unix:///…)");
  arguments.choice("--environment", {"production", "staging", "development"}, options.environment,
                   "what the instance is; it can't be found out, so it is production unless said");
}

std::string targetFile(Context& context, const InitOptions& options) {
  const ports::Caller& caller = context.world().caller;
  if (options.to && options.to->empty()) {
    throw core::Error(core::Kind::usage, "--to names no file");
  }
  if (options.to) return caller.absolute(*options.to);
  if (!caller.root() && context.xdgConfigHome().empty()) {
    throw core::Error(core::Kind::usage, "there is no usual place for a file under sudo",
                      "Say where to write it: --to FILE.");
  }
  return config::usualFiles(caller, context.xdgConfigHome()).back();
}

std::vector<discover::Discovered> lookAround(Context& context, const InitOptions& options) {
  std::optional<std::string> root = options.root;
  if (root) root = context.world().caller.absolute(*root);
  auto discovery = discover::find(context.world(), root, options.name, options.engine);
  for (const auto& gap : discovery.gaps) {
    context.out().warn(gap.subject + ": " + gap.found + ". " + gap.hint);
  }
  if (discovery.found.empty()) {
    throw core::Error(core::Kind::not_found, "no NetBox or Nautobot was found on this host",
                      "Name its folder with --root DIR, or try one in a sandbox: "
                      "`sotctl sandbox up`.");
  }
  return std::move(discovery.found);
}

config::Environment environmentOf(const std::string& word) {
  for (const auto one : {config::Environment::staging, config::Environment::development}) {
    if (word == config::environmentName(one)) return one;
  }
  return config::Environment::production;
}

std::string configurationText(std::vector<discover::Discovered>& found,
                              const InitOptions& options) {
  std::vector<config::Instance> instances;
  config::Origins origins;
  std::vector<std::string> tail;
  for (auto& one : found) {
    one.instance.environment = environmentOf(options.environment);
    if (options.environment != "production") {
      one.origins["instance." + one.instance.name + ".environment"] = "said by --environment";
    }
    instances.push_back(one.instance);
    origins.insert(one.origins.begin(), one.origins.end());
    for (const auto& gap : one.gaps) {
      tail.push_back(core::printable(gap.subject) + ": " + core::printable(gap.found));
      tail.push_back("  " + core::printable(gap.hint));
    }
  }
  if (!tail.empty()) tail.insert(tail.begin(), {"Could not be determined:"});
  return config::write(
      instances, origins,
      {"Configuration of sotctl, written by `sotctl init` by looking at this host.",
       "Every key is described in docs/configuration.md; `sotctl doctor` checks "
       "what is set here.",
       "Passwords are never in this file: password = { file = \"/path\" }, "
       "{ environment = \"NAME\" }",
       "or { application = true } (read from the installation when it is needed).", ""},
      tail);
}

enum class Standing { absent, same, different };

Standing standing(ports::Files& files, const std::string& file, const std::string& text) {
  if (!files.info(file)) return Standing::absent;
  return files.read(file) == text ? Standing::same : Standing::different;
}

void writeFile(Context& context, const std::string& file, const std::string& text) {
  ports::Files& files = context.world().files;
  const bool root = context.world().caller.root();
  const std::string folder = file.substr(0, std::max<std::size_t>(file.rfind('/'), 1));
  files.makeFolder(folder, root ? 0755 : 0700);
  // No secret is in it, and without it everybody else would look around in vain.
  files.replace(file, text, root ? 0644 : 0600);
}

core::Json documentOf(const std::vector<discover::Discovered>& found, const std::string& file,
                      const std::string& did) {
  core::Json document{{"file", file}, {"result", did}, {"instances", core::Json::array()}};
  for (const auto& one : found) {
    document["instances"].push_back(
        {{"name", one.instance.name},
         {"product", config::productName(one.instance.product)},
         {"root", one.instance.root},
         {"version", one.version.value ? core::Json(*one.version.value) : core::Json(nullptr)},
         {"read", one.settings ? one.settings->how : ""},
         {"gaps", checks::toJson(one.gaps)}});
  }
  return document;
}

std::string told(const std::vector<discover::Discovered>& found, bool color) {
  std::string text;
  for (const auto& one : found) {
    const auto& services = one.instance.services;
    const std::string where = !one.instance.root.empty() || services.empty()
                                  ? "in " + one.instance.root
                                  : "in compose project " + services.front().project;
    text +=
        fmt::format("{}: {} {} {}\n", one.instance.name, config::productName(one.instance.product),
                    one.version.value.value_or("of unknown version"), where);
    if (one.settings) text += "  " + one.settings->how + "\n";
    if (!one.gaps.empty()) text += "could not be determined:\n" + checks::text(one.gaps, color);
  }
  return text;
}

/// A file without the database would be refused by every later command.
void requireDatabase(const std::vector<discover::Discovered>& found) {
  for (const auto& one : found) {
    const auto& database = one.instance.database;
    if (!database.name.empty() && !database.application.user.empty()) continue;
    std::vector<std::string> reasons;
    std::string hint;
    for (const auto& gap : one.gaps) {
      if (!gap.id.starts_with("discover.database") && gap.id != "discover.settings") continue;
      reasons.push_back(gap.subject + ": " + gap.found);
      if (hint.empty()) hint = gap.hint;
    }
    throw core::Error(core::Kind::undetermined,
                      fmt::format("which database {} uses could not be determined\n{}",
                                  one.instance.name, core::join(reasons, "\n")),
                      hint);
  }
}

int runInit(Context& context, const InitOptions& options) {
  const std::string file = targetFile(context, options);
  auto found = lookAround(context, options);
  requireDatabase(found);
  const std::string text = configurationText(found, options);
  config::parse(text, file);  // what was written must be readable; a mistake here is ours
  const std::string about = told(found, context.out().settings().color);
  const auto say = [&](const std::string& did, const std::string& words) {
    core::Json document = documentOf(found, file, did);
    if (did == "would write") document["text"] = text;
    context.out().result(document, about + words + "\n");
    return 0;
  };
  switch (standing(context.world().files, file, text)) {
    case Standing::same:
      return say("already so", "already so: " + file);
    case Standing::different:
      throw core::Error(core::Kind::refused,
                        file + " is there already, and says something else than this host shows",
                        "Write beside it and compare: `sotctl init --to FILE`. It is never "
                        "overwritten; remove it first to start anew.");
    case Standing::absent:
      break;
  }
  context.markChanged();
  if (context.globals().dry_run) return say("would write", "would write " + file + ":\n\n" + text);
  writeFile(context, file, text);
  return say("written", "written: " + file + "\nnext: sotctl doctor");
}

}  // namespace

Noun initNoun() {
  Verb verb;
  verb.summary = "write a configuration by looking at this host";
  verb.description =
      "Looks for NetBox and Nautobot: units of systemd, running servers and the usual folders name "
      "their roots, the installation's own configuration the rest. Its own Python is asked where "
      "that is safe, else the text is read; the result says which.\n"
      "A file that says something else is never overwritten. Passwords are referred to, never "
      "copied.";
  verb.examples = {"sotctl init", "sotctl init --dry-run",
                   "sotctl init --root /srv/netbox --name lab --environment staging --to lab.toml"};
  verb.exits = {{4, "no installation was found"},
                {5, "another configuration is there already"},
                {8, "the file may not be written"},
                {13, "which database the installation uses could not be determined"}};
  return {"init", verb.summary, {makeVerb<InitOptions>(verb, bindInit, runInit)}};
}

}  // namespace commands
