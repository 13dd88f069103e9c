#include "lib/restore/names.hpp"

#include "tests/catch.hpp"

using restore::isBeside;
using restore::namesFor;

namespace {
constexpr const char* kRun = "20261121T030012Z-3f2a";
}

TEST_CASE("names beside the live database hold the run and fit into 63 bytes") {
  const restore::Names names = namesFor("netbox", kRun);
  CHECK(names.incoming == "netbox_restored_20261121t030012z_3f2a");
  CHECK(names.kept == "netbox_before_20261121t030012z_3f2a");
  const restore::Names longest = namesFor(std::string(63, 'x'), kRun);
  CHECK(longest.incoming.size() == 63);
  CHECK(longest.kept.size() == 63);
  CHECK(longest.incoming.ends_with("_restored_20261121t030012z_3f2a"));
}

TEST_CASE("a name is never cut through the middle of a character") {
  for (std::size_t shift = 0; shift < 4; ++shift) {
    std::string database(shift, 'x');
    while (database.size() < 60) database += "\u20ac";
    for (const std::string& name :
         {namesFor(database, kRun).incoming, namesFor(database, kRun).kept}) {
      const std::string front = name.substr(0, name.find('_'));
      CHECK((front.size() - shift) % 3 == 0);
      CHECK(name.size() <= 63);
      CHECK(name.size() > 60);
    }
  }
}

TEST_CASE("only what a restore made or kept is beside the live database") {
  CHECK(isBeside(namesFor("netbox", kRun).incoming));
  CHECK(isBeside(namesFor("odd \"name\n", kRun).kept));
  CHECK_FALSE(isBeside("netbox"));
  CHECK_FALSE(isBeside("customers"));
  CHECK_FALSE(isBeside("netbox_before_20261121t030012z_3f2a_copy"));
  CHECK_FALSE(isBeside("netbox_before_the_upgrade"));
  CHECK_FALSE(isBeside(""));
}
