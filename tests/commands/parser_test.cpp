#include "commands/parser.hpp"

#include "lib/core/error.hpp"
#include "lib/core/version.hpp"
#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"

using namespace commands;
using Catch::Matchers::Contains;
using Words = std::vector<std::string>;

namespace {

struct VerifyOptions {
  std::optional<std::string> set;
  bool newest = false;
  int jobs = 0;
  std::vector<std::string> skip;
  std::optional<core::Duration> idle;
  std::uint64_t limit = 0;
  std::string depth = "full";
};

VerifyOptions seen;

void bindVerify(Arguments& arguments, VerifyOptions& options) {
  arguments.positional("SET", options.set, "backup set");
  arguments.flag("--newest", options.newest, "the newest one");
  arguments.option("-j,--jobs", "N", options.jobs, "at the same time");
  arguments.option("--skip", "TABLE", options.skip, "leave out; repeatable");
  arguments.option("--idle", "DURATION", options.idle, "longest silence");
  arguments.size("--limit", "SIZE", options.limit, "at most");
  arguments.choice("--depth", {"full", "quick"}, options.depth, "how much is read");
}

int runVerify(Context&, const VerifyOptions& options) {
  seen = options;
  return 0;
}

struct MoveOptions {
  std::string from;
  std::vector<std::string> to;
};

void bindMove(Arguments& arguments, MoveOptions& options) {
  arguments.positional("FROM", options.from, "from where");
  arguments.positional("TO", options.to, "to where");
}

MoveOptions moved;

int runMove(Context&, const MoveOptions& options) {
  moved = options;
  return 0;
}

struct Nothing {};
void bindNothing(Arguments&, Nothing&) {}
int runNothing(Context&, const Nothing&) { return 0; }

std::vector<Noun> nouns() {
  Verb verify{"verify",
              "read a set back",
              "Reads it.",
              {"sotctl backup verify --newest"},
              {{11, "the set is damaged"}},
              {}};
  Verb move{"move", "move it", "", {}, {}, {}};
  Verb doctor{"", "look at everything", "", {}, {}, {}};
  return {{"backup",
           "sets",
           {makeVerb(verify, bindVerify, runVerify), makeVerb(move, bindMove, runMove)}},
          {"doctor", "look at everything", {makeVerb(doctor, bindNothing, runNothing)}}};
}

Globals accept(const Words& words, const std::string& command) {
  Globals globals;
  const Request request = parse(words, nouns(), globals);
  CHECK(request.command == command);
  REQUIRE(request.run);
  fakes::FakeWorld fakes;
  out::Output output({});
  Context context(fakes.world(), globals, output, "/state", "/config");
  request.run(context);
  return globals;
}

std::string printed(const Words& words) {
  Globals globals;
  const Request request = parse(words, nouns(), globals);
  CHECK_FALSE(request.run);
  return request.text;
}

std::string refused(const Words& words) {
  Globals globals;
  try {
    parse(words, nouns(), globals);
  } catch (const core::Error& error) {
    CHECK(error.kind() == core::Kind::usage);
    return std::string(error.what()) + " | " + error.hint();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("global options stand before the noun, before the verb and after it") {
  for (const Words& words :
       {Words{"-n", "--instance", "box", "backup", "verify"},
        Words{"backup", "-n", "--instance=box", "verify"},
        Words{"backup", "verify", "-n", "-i", "box"}, Words{"-nibox", "backup", "verify"},
        Words{"-i", "box", "backup", "verify", "--dry-run"}}) {
    CAPTURE(words);
    const Globals globals = accept(words, "backup verify");
    CHECK(globals.dry_run);
    CHECK(globals.instance == "box");
  }
}

TEST_CASE("a value that looks like a noun or a verb is a value") {
  CHECK(accept({"-i", "backup", "backup", "verify"}, "backup verify").instance == "backup");
  accept({"backup", "verify", "doctor"}, "backup verify");
  CHECK(seen.set == "doctor");
}

TEST_CASE("repeated options add up, and take one word each") {
  const Globals globals = accept(
      {"-v", "--accept", "A", "backup", "verify", "--accept=B", "SET", "-vv", "--write", "json=f"},
      "backup verify");
  CHECK(globals.verbose == 3);
  CHECK(globals.accept == Words{"A", "B"});
  CHECK(globals.write == Words{"json=f"});
  CHECK(seen.set == "SET");
}

TEST_CASE("a verb's options arrive with their types") {
  accept({"backup", "verify", "--newest", "-j4", "--skip", "a", "--skip", "b", "--idle", "2min",
          "--limit", "100MB", "--depth", "quick"},
         "backup verify");
  CHECK(seen.newest);
  CHECK(seen.jobs == 4);
  CHECK(seen.skip == Words{"a", "b"});
  CHECK(seen.idle == core::Duration(std::chrono::minutes(2)));
  CHECK(seen.limit == 100'000'000);
  CHECK(seen.depth == "quick");
}

TEST_CASE("positional arguments are taken in order and literally") {
  accept({"backup", "move", "a", "[b,c]", "d"}, "backup move");
  CHECK(moved.from == "a");
  CHECK(moved.to == Words{"[b,c]", "d"});
  accept({"backup", "move", "--", "-a"}, "backup move");
  CHECK(moved.from == "-a");
  accept({"--reason", "", "backup", "move", "a"}, "backup move");
  accept({"backup", "move", "--reason=", "a"}, "backup move");
  CHECK(moved.from == "a");
}

TEST_CASE("a noun without verbs takes its options directly") {
  accept({"doctor"}, "doctor");
  CHECK_THAT(refused({"doctor", "who"}), Contains("unexpected argument 'who'"));
}

TEST_CASE("usage errors name what was given and what is near") {
  CHECK_THAT(refused({"bakcup", "verify"}),
             Contains("unknown command 'bakcup' | Did you mean backup?"));
  CHECK_THAT(refused({"backup", "verfy"}),
             Contains("unknown command 'backup verfy' | Did you mean verify?"));
  CHECK_THAT(refused({"backup", "verify", "--newst"}),
             Contains("unknown option --newst | Did you mean --newest?"));
  CHECK_THAT(refused({"--instanse=x", "backup", "verify"}),
             Contains("unknown global option --instanse | Did you mean --instance?"));
  CHECK_THAT(refused({"--newest", "backup", "verify"}), Contains("Options of a verb stand behind"));
  CHECK_THAT(refused({"backup", "verify", "a", "b"}), Contains("unexpected argument 'b'"));
  CHECK_THAT(refused({"backup", "verify", "--jobs"}), Contains("--jobs needs a value: N"));
  CHECK_THAT(refused({"backup", "verify", "--skip", "--dry-run"}),
             Contains("--skip needs a value"));
  CHECK_THAT(refused({"backup", "verify", "--jobs", "many"}), Contains("--jobs can't be 'many'"));
  CHECK_THAT(refused({"backup", "verify", "-j1", "-j2"}),
             Contains("--jobs was given more than once"));
  CHECK_THAT(refused({"backup", "verify", "--idle", "90"}), Contains("--idle can't be '90'"));
  CHECK_THAT(refused({"backup", "verify", "--limit", "1XB"}), Contains("--limit can't be '1XB'"));
  CHECK_THAT(refused({"backup", "verify", "-o", "yaml"}), Contains("one of: text, json"));
  CHECK_THAT(refused({"backup", "move"}), Contains("FROM is missing"));
}

TEST_CASE("without noun or verb the names are listed") {
  CHECK_THAT(refused({}), Contains("no command was given") && Contains("backup"));
  CHECK_THAT(refused({"backup"}), Contains("backup needs a verb") && Contains("verify"));
}

TEST_CASE("help and version win over what is missing") {
  CHECK(printed({"--version"}) == std::string("sotctl ") + core::version() + "\n");
  CHECK_THAT(printed({"--help"}), Contains("Nouns:") && Contains("--detailed-exitcode"));
  CHECK_THAT(printed({"backup", "--help"}), Contains("Verbs:"));
  CHECK_THAT(printed({"backup", "move", "-h"}),
             Contains("Usage: sotctl backup move [options] FROM"));
  CHECK_THAT(printed({"help", "backup", "verify"}),
             Contains("[SET]") && Contains(" 11  the set is"));
  CHECK_THAT(printed({"help", "doctor"}), Contains("Usage: sotctl doctor"));
  CHECK_THAT(refused({"help", "backup", "verfy"}), Contains("Did you mean verify?"));
}

TEST_CASE("JSON is heeded for errors even if the words can't be parsed") {
  CHECK(askedOutput({"bogus", "-o", "json"}, "text") == "json");
  CHECK(askedOutput({"-ojson"}, "text") == "json");
  CHECK(askedOutput({"--output=json"}, "text") == "json");
  CHECK(askedOutput({"bogus"}, "json") == "json");
  CHECK(askedOutput({"-o", "text"}, "json") == "text");
  CHECK(askedOutput({"-o", "nagios"}, "json") == "nagios");
}
