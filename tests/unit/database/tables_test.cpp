#include "lib/database/tables.hpp"

#include "tests/catch.hpp"

namespace {

database::TablePlan table(std::uint64_t bytes, std::int64_t blocks) {
  database::TablePlan plan;
  plan.facts.schema = "public";
  plan.facts.name = "say \"hi\"";
  plan.facts.bytes = bytes;
  plan.blocks = blocks;
  plan.facts.columns = {"id", "co\"de"};
  return plan;
}

}  // namespace

TEST_CASE("a big table is cut into parts that cover each block once and have an open end") {
  const std::vector<database::TablePlan> tables = {table(1 << 30, 1000)};
  const auto parts = database::cutTables(tables, 150000);
  REQUIRE(parts.size() == 17);
  std::int64_t next = 0;
  for (const auto& part : parts) {
    CHECK(part.from == next);
    next = part.to;
  }
  CHECK(parts.back().to == -1);
}

TEST_CASE("a table is one part where parts can't be scanned, or where it is small or all toast") {
  CHECK(database::cutTables({table(1 << 30, 1000)}, 130000).size() == 1);
  CHECK(database::cutTables({table(8192, 1)}, 150000).size() == 1);
  CHECK(database::cutTables({table(0, 0)}, 150000).size() == 1);
  CHECK(database::cutTables({table(1 << 30, 3)}, 150000).size() == 3);
}

TEST_CASE("a table that can't be read is not asked for") {
  database::TablePlan hidden = table(8192, 1);
  hidden.readable = false;
  CHECK(database::cutTables({hidden}, 150000).empty());
}

TEST_CASE("names are quoted, and a part asks for its blocks alone") {
  const auto plan = table(1 << 30, 1000);
  CHECK(database::copyStatement(plan, {0, 10, 20, 0}, "UTF8") ==
        "COPY (SELECT t.\"id\", t.\"co\"\"de\" FROM ONLY \"public\".\"say \"\"hi\"\"\" t WHERE "
        "t.ctid >= '(10,0)'::tid AND t.ctid < '(20,0)'::tid) TO STDOUT (ENCODING 'UTF8')");
  CHECK_THAT(database::copyStatement(plan, {0, 0, -1, 0}, "UTF8"),
             !Catch::Matchers::Contains("WHERE"));
}
