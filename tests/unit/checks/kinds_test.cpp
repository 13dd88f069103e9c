#include "lib/checks/kinds.hpp"

#include "lib/core/error.hpp"
#include "tests/catch.hpp"

using Catch::Matchers::Contains;

namespace {

checks::Kinds some() {
  checks::Kinds kinds;
  kinds.add("port",
            {{"port"}, {"host"}, false, [](const checks::Arguments& arguments) {
               return core::CheckResult{
                   {}, "port", core::Outcome::pass, std::to_string(arguments.number("port", 0)),
                   {}, {}};
             }});
  kinds.add("broken", {{}, {}, false, [](const checks::Arguments&) -> core::CheckResult {
                         throw core::Error(core::Kind::denied, "may not look", "Be root.");
                       }});
  return kinds;
}

}  // namespace

TEST_CASE("a check is asked with its arguments as data, numbers also as text") {
  const auto kinds = some();
  CHECK(kinds.ask("a", "port", {{"port", 80}}).found == "80");
  const auto result = kinds.ask("check.web", "port", {{"port", "81"}});
  CHECK(result.found == "81");
  CHECK(result.id == "check.web");
}

TEST_CASE("unknown kinds and arguments are refused with the nearest names") {
  const auto kinds = some();
  const auto hintOf = [&](const std::string& kind, const core::Json& arguments) {
    try {
      kinds.find(kind, arguments);
      return std::string("no error");
    } catch (const core::Error& error) {
      return std::string(error.what()) + " " + error.hint();
    }
  };
  CHECK_THAT(hintOf("ports", core::Json::object()), Contains("Did you mean port?"));
  CHECK_THAT(hintOf("port", {{"ports", 1}}), Contains("Did you mean port?"));
  CHECK_THAT(hintOf("port", core::Json::object()), Contains("needs port"));
}

TEST_CASE("a check that can't look could not determine; a wrong argument is the configuration's") {
  const auto kinds = some();
  const auto result = kinds.ask("a", "broken", core::Json::object());
  CHECK(result.outcome == core::Outcome::unknown);
  CHECK(result.hint == "Be root.");
  CHECK_THROWS_AS(kinds.ask("a", "port", {{"port", "eighty"}}), core::Error);
}
