#include "commands/program.hpp"

#include <cerrno>
#include <sstream>

#include "commands/context.hpp"
#include "lib/core/error.hpp"
#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"

using Catch::Matchers::Contains;
using Words = std::vector<std::string>;

namespace {

struct Nothing {};
void bindNothing(commands::Arguments&, Nothing&) {}

int list(commands::Context& context, const Nothing&) {
  context.out().result({{"rows", 2}}, "2 rows\n");
  return 0;
}

int change(commands::Context& context, const Nothing&) {
  context.markChanged();
  return list(context, {});
}

int fail(commands::Context&, const Nothing&) {
  throw core::Error(core::Kind::corrupt, "set a is damaged", "Take another one.");
}

int failAfterResult(commands::Context& context, const Nothing&) {
  list(context, {});
  throw core::Error(core::Kind::failed_check, "two checks failed");
}

int misuse(commands::Context& context, const Nothing&) {
  context.world().files.remove("/etc/precious");
  return 0;
}

int wait(commands::Context& context, const Nothing&) {
  context.world().cancellation.check();
  return 0;
}

int question(commands::Context& context, const Nothing&) {
  return context.world().prompt.confirm({"x.confirm", "Go ahead?", {}}) ? 0 : 5;
}

int typedName(commands::Context& context, const Nothing&) {
  return context.world().prompt.confirm({"x.name", "Type it:", "box"}) ? 0 : 5;
}

int folders(commands::Context& context, const Nothing&) {
  context.out().result({}, context.stateFolder() + " " + context.globals().reason + "\n");
  return 0;
}

commands::Verb verb(const char* name, int (*run)(commands::Context&, const Nothing&)) {
  return commands::makeVerb<Nothing>({name, name, "", {}, {}, {}}, bindNothing, run);
}

/// A program with its world, its streams and what they got.
struct Bench {
  int run(Words words) {
    start.words = std::move(words);
    start.home = "/home/ada";
    fakes.world().caller.folder = "/home/ada";
    const std::vector<commands::Noun> nouns{
        {"test",
         "verbs of this test",
         {verb("list", list), verb("change", change), verb("fail", fail),
          verb("late", failAfterResult), verb("misuse", misuse), verb("wait", wait),
          verb("question", question), verb("name", typedName), verb("folders", folders)}}};
    return commands::program(fakes.world(), start, nouns, out, err,
                             [this](core::Duration limit) { armed = limit; });
  }
  fakes::FakeWorld fakes;
  commands::Start start;
  std::ostringstream out;
  std::ostringstream err;
  std::optional<core::Duration> armed;
};

}  // namespace

TEST_CASE("a result goes out as text or JSON, and the status is the verb's") {
  Bench text;
  CHECK(text.run({"test", "list"}) == 0);
  CHECK(text.out.str() == "2 rows\n");
  CHECK(text.err.str().empty());
  Bench json;
  CHECK(json.run({"test", "list", "-o", "json"}) == 0);
  CHECK(json.out.str() == "{\n  \"rows\": 2\n}\n");
}

TEST_CASE("an error is told on standard error with its status") {
  Bench text;
  CHECK(text.run({"test", "fail"}) == 11);
  CHECK(text.out.str().empty());
  CHECK(text.err.str() == "sotctl: set a is damaged\n  Take another one.\n");
  Bench json;
  CHECK(json.run({"-o", "json", "test", "fail"}) == 11);
  CHECK(core::Json::parse(json.err.str())["error"]["status"] == 11);
}

TEST_CASE("usage errors are JSON too where JSON was asked for") {
  Bench bench;
  CHECK(bench.run({"tset", "list", "-o", "json"}) == 2);
  CHECK(core::Json::parse(bench.err.str())["error"]["kind"] == "usage");
}

TEST_CASE("a noun alone lists its verbs and is a usage error") {
  Bench bench;
  CHECK(bench.run({"test"}) == 2);
  CHECK(bench.out.str().empty());
  CHECK_THAT(bench.err.str(), Contains("test needs a verb") && Contains("late"));
}

TEST_CASE("help goes to standard output with status 0") {
  Bench bench;
  CHECK(bench.run({"test", "list", "--help"}) == 0);
  CHECK_THAT(bench.out.str(), Contains("Usage: sotctl test list"));
}

TEST_CASE("a dry run that would change something is a bug") {
  Bench bench;
  bench.fakes.files.put("/etc/precious", "x");
  CHECK(bench.run({"test", "misuse", "--dry-run"}) == 70);
  CHECK(bench.fakes.files.changes().empty());
}

TEST_CASE("--detailed-exitcode tells a change, and only with status 0") {
  CHECK(Bench().run({"test", "change"}) == 0);
  CHECK(Bench().run({"test", "change", "--detailed-exitcode"}) == 20);
  CHECK(Bench().run({"test", "list", "--detailed-exitcode"}) == 0);
  CHECK(Bench().run({"test", "fail", "--detailed-exitcode"}) == 11);
}

TEST_CASE("--write puts the result into files, after a failure too") {
  Bench good;
  good.fakes.files.putFolder("/home/ada");
  CHECK(good.run({"test", "list", "--write", "json=r.json", "--write=text=/home/ada/r.txt"}) == 0);
  CHECK(good.fakes.files.text("/home/ada/r.txt") == "2 rows\n");
  CHECK(core::Json::parse(good.fakes.files.text("/home/ada/r.json"))["rows"] == 2);
  CHECK(good.out.str() == "2 rows\n");

  Bench late;
  late.fakes.files.putFolder("/home/ada");
  CHECK(late.run({"test", "late", "--write", "json=r.json"}) == 10);
  const auto document = core::Json::parse(late.fakes.files.text("/home/ada/r.json"));
  CHECK(document["rows"] == 2);
  CHECK(document["error"]["kind"] == "failed_check");
}

TEST_CASE("--write works in a dry run, whose verb changes nothing") {
  Bench bench;
  bench.fakes.files.putFolder("/home/ada");
  CHECK(bench.run({"-n", "test", "list", "--write", "text=r"}) == 0);
  CHECK(bench.fakes.files.text("/home/ada/r") == "2 rows\n");
}

TEST_CASE("a file that can't be written fails the command, but never hides its own error") {
  Bench good;
  CHECK(good.run({"test", "list", "--write", "json=/no/such/r"}) == 4);
  Bench bad;
  CHECK(bad.run({"test", "fail", "--write", "json=/no/such/r"}) == 11);
  CHECK_THAT(bad.err.str(), Contains("/no/such") && Contains("set a is damaged"));
  Bench unknown;
  CHECK(unknown.run({"test", "list", "--write", "yaml=r"}) == 2);
}

TEST_CASE("standard output that takes nothing is a failure") {
  Bench bench;
  bench.out.setstate(std::ios::badbit);
  CHECK(bench.run({"test", "list"}) == 1);
  CHECK_THAT(bench.err.str(), Contains("could not be written to standard output"));
}

TEST_CASE("a reader that wants no more is no failure") {
  /// Fails as a pipe without a reader does.
  class ClosedPipe : public std::stringbuf {
    int sync() override {
      errno = EPIPE;
      return -1;
    }
  };
  Bench bench;
  ClosedPipe pipe;
  static_cast<std::ios&>(bench.out).rdbuf(&pipe);
  CHECK(bench.run({"test", "list"}) == 0);
  CHECK(bench.err.str().empty());
  bench.out.clear();
  CHECK(bench.run({"help"}) == 0);
}

TEST_CASE("what stopped a command decides its status") {
  for (const auto& [stop, status] :
       std::vector<std::pair<core::Stop, int>>{{core::Stop::interrupt, 130},
                                               {core::Stop::terminate, 143},
                                               {core::Stop::time_limit, 9}}) {
    Bench bench;
    bench.fakes.cancellation.request(stop);
    CHECK(bench.run({"test", "wait"}) == status);
  }
}

TEST_CASE("--timeout arms the time limit") {
  Bench bench;
  CHECK(bench.run({"test", "list", "--timeout", "2min"}) == 0);
  CHECK(bench.armed == core::Duration(std::chrono::minutes(2)));
}

TEST_CASE("--yes answers a question but never the typed name") {
  CHECK(Bench().run({"test", "question", "--yes"}) == 0);
  Bench name;
  name.fakes.prompt.noTerminal();
  CHECK(name.run({"test", "name", "--yes"}) == 5);
  CHECK(Bench().run({"test", "name", "--confirm", "box"}) == 0);
  CHECK(Bench().run({"test", "name", "--confirm", "bax"}) == 5);
}

TEST_CASE("an answers file answers by question id") {
  Bench bench;
  bench.fakes.files.put("/home/ada/a", "# for the drill\nx.confirm = \"no\"\nx.name = \"box\"\n");
  CHECK(bench.run({"test", "question", "--yes", "--answers", "a"}) == 5);
  CHECK(bench.run({"test", "name", "--answers", "/home/ada/a"}) == 0);
  bench.fakes.files.put("/home/ada/b", "x.confirm = maybe\n");
  CHECK(bench.run({"test", "question", "--answers", "b"}) == 3);
  CHECK_THAT(bench.err.str(), Contains("/home/ada/b:1"));
}

TEST_CASE("the environment sets options, which win") {
  Bench bench;
  bench.fakes.world().caller.uid = 1000;
  bench.start.environment = {{"SOTCTL_REASON", "drill"}, {"SOTCTL_OUTPUT", "text"}};
  CHECK(bench.run({"test", "folders"}) == 0);
  CHECK(bench.out.str() == "/home/ada/.local/state/sotctl drill\n");
  bench.out.str("");
  CHECK(bench.run({"test", "folders", "--reason", "real"}) == 0);
  CHECK(bench.out.str() == "/home/ada/.local/state/sotctl real\n");
  bench.start.environment = {{"SOTCTL_OUTPUT", "yaml"}};
  CHECK(bench.run({"test", "folders"}) == 2);
  CHECK_THAT(bench.err.str(), Contains("environment variable SOTCTL_OUTPUT"));
}

TEST_CASE("as root the environment is ignored and named") {
  Bench bench;
  bench.start.environment = {{"SOTCTL_REASON", "drill"}};
  CHECK(bench.run({"test", "folders"}) == 0);
  CHECK(bench.out.str() == "/var/lib/sotctl \n");
  CHECK_THAT(bench.err.str(), Contains("because this runs as root: SOTCTL_REASON"));
}
