#include "commands/nouns.hpp"

#include <fmt/format.h>

#include <set>

#include "commands/exits.hpp"
#include "commands/globals.hpp"
#include "commands/help.hpp"
#include "commands/syntax.hpp"
#include "tests/catch.hpp"

using Catch::Matchers::Contains;
using namespace commands;

TEST_CASE("every verb's help has its exit statuses, an example and a description") {
  for (const Noun& noun : allNouns()) {
    for (const Verb& verb : noun.verbs) {
      const std::string help = verbHelp(noun, verb);
      CAPTURE(noun.name, verb.name);
      CHECK_FALSE(verb.examples.empty());
      CHECK_FALSE(verb.description.empty());
      for (const std::string& example : verb.examples) CHECK_THAT(example, Contains("sotctl"));
      for (const int status : {0, 1, 2, 70}) {
        CHECK_THAT(help, Contains(fmt::format("\n  {:>3}  ", status)));
      }
      for (const ExitLine& line : verb.exits) {
        CHECK_THAT(help, Contains(fmt::format("\n  {:>3}  ", line.status)));
      }
    }
  }
}

TEST_CASE("verbs give only statuses of the table, each once") {
  std::set<int> known;
  for (const ExitLine& line : allExits()) CHECK(known.insert(line.status).second);
  for (const Noun& noun : allNouns()) {
    for (const Verb& verb : noun.verbs) {
      CAPTURE(noun.name, verb.name);
      std::set<int> own;
      for (const ExitLine& line : verb.exits) {
        CHECK(known.contains(line.status));
        CHECK(own.insert(line.status).second);
      }
    }
  }
}

TEST_CASE("no verb's option hides a global one, and no name is there twice") {
  for (const Noun& noun : allNouns()) {
    for (const Verb& verb : noun.verbs) {
      Syntax syntax;
      Globals storage;
      bindGlobals(syntax, storage);
      const auto run = verb.bind(syntax);
      std::set<std::string> names{"-h", "--help", "--version"};
      for (const Parameter& parameter : syntax.parameters()) {
        for (const std::string& name : parameter.names) {
          CAPTURE(noun.name, verb.name, name);
          CHECK(names.insert(name).second);
        }
      }
    }
  }
}

TEST_CASE("summaries are lower case lines without a full stop") {
  const auto proper = [](const std::string& summary) {
    return !summary.empty() && summary.find('\n') == std::string::npos && summary.back() != '.' &&
           (std::islower(static_cast<unsigned char>(summary[0])) != 0 ||
            summary.starts_with("SQL"));
  };
  for (const Noun& noun : allNouns()) {
    CAPTURE(noun.name);
    CHECK(proper(noun.summary));
    for (const Verb& verb : noun.verbs) {
      CAPTURE(verb.name);
      CHECK(proper(verb.summary));
    }
  }
}
