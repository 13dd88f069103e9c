#include "lib/database/dbname.hpp"

#include "tests/catch.hpp"

using database::dbnameOption;

TEST_CASE("a database's name is a name for PostgreSQL's programs, whatever it looks like") {
  CHECK(dbnameOption("netbox") == "--dbname=netbox");
  CHECK(dbnameOption("-rf") == "--dbname=-rf");
  CHECK(dbnameOption("a=b host=evil") == "--dbname=dbname='a=b host=evil'");
  CHECK(dbnameOption("postgresql://evil/x") == "--dbname=dbname='postgresql://evil/x'");
  CHECK(dbnameOption("a='b\\") == "--dbname=dbname='a=\\'b\\\\'");
}
