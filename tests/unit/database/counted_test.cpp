#include "lib/database/counted.hpp"

#include "tests/catch.hpp"

TEST_CASE("rows are counted without those of heirs, names quoted") {
  database::Facts facts;
  facts.tables.resize(3);
  facts.tables[0].schema = facts.tables[2].schema = "public";
  facts.tables[0].name = "dcim_device";
  facts.tables[2].name = "a\"b";
  CHECK(database::countQuery(facts, {0, 2}) ==
        "SELECT 0 AS i, count(*) AS n FROM ONLY \"public\".\"dcim_device\" UNION ALL "
        "SELECT 2 AS i, count(*) AS n FROM ONLY \"public\".\"a\"\"b\"");
}
