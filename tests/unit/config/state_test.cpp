#include "lib/config/config.hpp"
#include "lib/core/error.hpp"
#include "tests/catch.hpp"

namespace {

std::string withState(const std::string& line) {
  return "format = 1\n" + line +
         "\n[instance.a]\nproduct = \"netbox\"\nenvironment = \"development\"\n"
         "[instance.a.database]\nname = \"netbox\"\napplication = { user = \"netbox\" }\n";
}

}  // namespace

TEST_CASE("a configuration may name the folder of runs") {
  CHECK(config::parse(withState("state = \"/srv/state\""), "f").state == "/srv/state");
  CHECK(config::parse(withState(""), "f").state.empty());
  CHECK_THROWS_AS(config::parse(withState("state = \"state\""), "f"), core::Error);
}
