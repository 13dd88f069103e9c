#include "lib/migrations/packages.hpp"

#include "lib/migrations/path.hpp"
#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"
#include "tests/support/kinds.hpp"
#include "tests/unit/migrations/sample_code.hpp"
#include "tests/unit/migrations/wheel.hpp"

using Catch::Matchers::Contains;
using migrations::Key;

namespace {

std::string migration(const std::string& dependencies) {
  return "class Migration(migrations.Migration):\n    dependencies = [" + dependencies + "]\n";
}

/// The product's own part: dcim with two migrations.
SampleCode product() {
  SampleCode code;
  code.add("dcim", "0001_a");
  code.add("dcim", "0002_b", {{"dcim", "0001_a"}});
  return code;
}

}  // namespace

TEST_CASE("a plugin's wheel is judged together with the code") {
  fakes::FakeWorld fakes;
  fakes.files.put("/w/req.txt", "netbox_bgp == 0.12.1 ; python_version > '3'\n");
  fakes.files.put("/w/netbox_bgp-0.12.1-py3-none-any.whl",
                  wheel({{"netbox_bgp/__init__.py", ""},
                         {"netbox_bgp/migrations/__init__.py", ""},
                         {"netbox_bgp/migrations/0001_initial.py", migration("('dcim', '0001_a')")},
                         {"netbox_bgp/migrations/0002_more.py",
                          migration("('netbox_bgp', '0001_initial'), ('dcim', '0099_gone')")}}));
  SampleCode code = product();
  CHECK(addPackages(fakes.world().files, "/w/req.txt", "/w", code).empty());
  REQUIRE(code.find({"netbox_bgp", "0002_more"}) != nullptr);
  const auto verdict =
      migrations::findPath({"x", {{"dcim", "0001_a"}, {"dcim", "0002_b"}}, {}, {}}, code);
  CHECK(verdict.outcome == migrations::PathVerdict::Outcome::fails);
  REQUIRE(verdict.direct.problems.size() == 1);
  CHECK_THAT(inWords(verdict.direct.problems[0]),
             Contains("netbox_bgp.0002_more depends on dcim.0099_gone") &&
                 Contains("/w/netbox_bgp-0.12.1-py3-none-any.whl:netbox_bgp/migrations/0002_more"));
}

TEST_CASE("a package without its wheel could not be determined, and says why") {
  fakes::FakeWorld fakes;
  fakes.files.put("/w/req.txt", "# ours\n-r more.txt\nnetbox-bgp==0.13.0\nother\n");
  fakes.files.put("/w/netbox_bgp-0.12.1-py3-none-any.whl", wheel({}));
  SampleCode code = product();
  const auto unknown = addPackages(fakes.world().files, "/w/req.txt", "/w", code);
  REQUIRE(unknown.size() == 2);
  CHECK(unknown[0] ==
        "netbox-bgp 0.13.0: its migrations are not known, as /w has only other versions of it");
  CHECK(unknown[1] == "other: its migrations are not known, as /w has no wheel of it");
  CHECK_THAT(addPackages(fakes.world().files, "/w/req.txt", "", code)[0], Contains("--wheels"));
}

TEST_CASE("a damaged wheel is refused by its name") {
  fakes::FakeWorld fakes;
  fakes.files.put("/w/req.txt", "netbox-bgp\n");
  const std::string whole = wheel({{"netbox_bgp/migrations/0001_initial.py", migration("")}});
  SampleCode code = product();
  for (const std::size_t cut : {std::size_t{0}, whole.size() / 2, whole.size() - 3}) {
    fakes.files.put("/w/netbox_bgp-0.12.1-py3-none-any.whl", whole.substr(0, cut));
    CHECK(support::kindOf([&] { addPackages(fakes.world().files, "/w/req.txt", "/w", code); }) ==
          "corrupt");
  }
}
