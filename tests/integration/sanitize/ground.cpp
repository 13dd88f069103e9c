#include "tests/integration/sanitize/ground.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "commands/nouns.hpp"
#include "commands/program.hpp"
#include "lib/sandbox/embedded.hpp"

namespace sanitize_tests {
namespace {

namespace fs = std::filesystem;

std::string whole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("no file " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

Ground::Ground(backup_tests::Site& site) : site_(site) {
  fs::permissions(folder_.path(), fs::perms(0755));  // servers read dumps in it
  if (const Answer made = sotctl({"sanitize", "rules", "new-key", "key"}); made.status != 0) {
    throw std::runtime_error("no key: " + made.err);
  }
}

Answer Ground::sotctl(std::vector<std::string> words) {
  ports::World world = site_.world();
  world.caller.folder = folder_.path();
  commands::Start start;
  start.words = std::move(words);
  start.home = folder_.path();
  start.words.insert(start.words.begin(), {"-c", folder_ / "sotctl.toml"});
  if (!has("sotctl.toml"))
    write("sotctl.toml",
          fmt::format("format = 1\nstate = \"{}\"\n[instance.netbox]\nproduct = \"netbox\"\n"
                      "environment = \"development\"\n[instance.netbox.database]\n"
                      "name = \"netbox\"\napplication = {{ user = \"netbox\" }}\n",
                      folder_ / "state"));
  std::ostringstream out;
  std::ostringstream err;
  Answer answer;
  answer.status =
      commands::program(world, start, commands::allNouns(), out, err, [](core::Duration) {});
  answer.out = out.str();
  answer.err = err.str();
  return answer;
}

Answer Ground::dump(const std::string& in, const std::string& out, std::vector<std::string> more) {
  std::vector<std::string> words{"sanitize", "dump", in, "--to", out, "-q"};
  const auto given = [&](const char* word) {
    return std::find(more.begin(), more.end(), word) != more.end();
  };
  if (!given("--key-file")) words.insert(words.end(), {"--key-file", "key"});
  if (!given("-j")) words.insert(words.end(), {"-j", "1"});
  words.insert(words.end(), more.begin(), more.end());
  return sotctl(words);
}

void Ground::program(std::vector<std::string> argv) {
  ports::Command command;
  command.argv = std::move(argv);
  command.directory = folder_.path();
  const ports::Outcome outcome = site_.world().shell.run(command);
  if (!outcome.ok()) throw std::runtime_error(command.argv[0] + ": " + outcome.inWords());
}

std::string Ground::read(const std::string& name) const { return whole(folder_ / name); }

void Ground::write(const std::string& name, const std::string& text) const {
  std::ofstream(folder_ / name, std::ios::binary) << text;
}

bool Ground::has(const std::string& name) const { return fs::exists(folder_ / name); }

std::vector<std::string> Ground::names() const {
  std::vector<std::string> all;
  for (const auto& entry : fs::directory_iterator(folder_.path()))
    all.push_back(entry.path().filename());
  std::sort(all.begin(), all.end());
  return all;
}

Seeded::Seeded(const std::string& name, const std::vector<std::string>& statements, Plant plant)
    : site_(name), ground_(site_) {
  for (const std::string& part : statements) ask(part);
  if (plant == Plant::secrets) {
    seed();
  } else {
    dumpTo("in.sql");
  }
}

Seeded::Seeded(const std::string& name, const std::string& demo) : site_(name), ground_(site_) {
  const auto file = site_.world().files.open(demo);
  core::StringSink ignored;
  const auto command = site_.database().tool("psql", {"-Xq", "-d", name});
  site_.world().shell.start(command, file.get(), &ignored)->wait();
  seed();
}

std::vector<std::string> Seeded::ownData() {
  std::string changes = "\\set devices 40\n\\set total 600\n\\set first 1\n\\set last 600\n";
  return {"CREATE EXTENSION pg_trgm;", std::string(sandbox::embedded("tables.sql")),
          "\\set devices 40\n" + std::string(sandbox::embedded("objects.sql")),
          changes + std::string(sandbox::embedded("changes.sql")),
          std::string(sandbox::embedded("keys.sql"))};
}

void Seeded::seed() {
  values_ = ask(whole(std::string(SOTCTL_SOURCE_FOLDER) + "/tests/support/seed_netbox.sql"));
  ground_.write("values.txt", values_);
  dumpTo("in.sql");
}

void Seeded::dumpTo(const std::string& file, const std::vector<std::string>& options,
                    const std::string& database) {
  std::vector<std::string> words{"-d", database.empty() ? site_.database().name() : database};
  words.insert(words.end(), options.begin(), options.end());
  const auto command = site_.database().tool("pg_dump", words);
  const auto sink = site_.world().files.create(ground_.path(file), 0644);
  const ports::Outcome outcome = site_.world().shell.start(command, nullptr, sink.get())->wait();
  if (!outcome.ok()) throw std::runtime_error("pg_dump: " + outcome.inWords());
  sink->finish();
}

std::string Seeded::ask(const std::string& statements, const std::string& database) {
  const auto command =
      site_.database().tool("psql", {"-XAtq", "-v", "ON_ERROR_STOP=1", "-d",
                                     database.empty() ? site_.database().name() : database});
  core::StringSource in(statements);
  core::StringSink out;
  const ports::Outcome outcome = site_.world().shell.start(command, &in, &out)->wait();
  if (!outcome.ok()) throw std::runtime_error("psql: " + outcome.inWords() + outcome.err);
  return out.text();
}

void Seeded::restore(const std::string& file, const std::string& database) {
  site_.sql("DROP DATABASE IF EXISTS " + ports::sqlName(database), "postgres");
  site_.sql("CREATE DATABASE " + ports::sqlName(database) + " TEMPLATE template0", "postgres");
  ask(ground_.read(file), database);
}

std::string demoFolder() {
  for (fs::path above = SOTCTL_SOURCE_FOLDER; above.has_relative_path();) {
    above = above.parent_path();
    if (fs::exists(above / "shared/netbox/demo")) return above / "shared/netbox/demo";
  }
  return {};
}

}  // namespace sanitize_tests
