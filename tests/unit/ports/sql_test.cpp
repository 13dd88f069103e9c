#include "lib/ports/sql.hpp"

#include "tests/catch.hpp"

using ports::sqlName;
using ports::sqlText;

TEST_CASE("a name is quoted whatever it holds") {
  CHECK(sqlName("netbox") == "\"netbox\"");
  CHECK(sqlName("Net Box") == "\"Net Box\"");
  CHECK(sqlName("a\"; DROP DATABASE b; --") == "\"a\"\"; DROP DATABASE b; --\"");
  CHECK(sqlName("a\\b'c") == "\"a\\b'c\"");
  CHECK_THROWS_AS(sqlName(""), core::Error);
  CHECK_THROWS_AS(sqlName(std::string_view("a\0b", 3)), core::Error);
}

TEST_CASE("a text is quoted whatever it holds, and whatever standard_conforming_strings says") {
  CHECK(sqlText("plain") == "'plain'");
  CHECK(sqlText("") == "''");
  CHECK(sqlText("it's") == "'it''s'");
  CHECK(sqlText("a\\'b") == " E'a\\\\''b'");
  CHECK_THROWS_AS(sqlText(std::string_view("\0", 1)), core::Error);
}

TEST_CASE("a target is named without its password") {
  ports::SqlTarget target;
  target.host = "/run/postgresql";
  target.database = "netbox";
  target.user = "postgres";
  target.os_user = "postgres";
  target.password = core::Secret("geheim");
  CHECK(target.inWords() ==
        "database netbox on /run/postgresql:5432 as postgres (by account postgres)");
}

TEST_CASE("rows are read by column, and a wrong column or row is a bug") {
  const ports::SqlRows rows{{"n", "word", "flag"}, {{"-7", std::nullopt, "t"}}};
  CHECK(rows.number(0, "n") == -7);
  CHECK(rows.isNull(0, "word"));
  CHECK(rows.text(0, "word").empty());
  CHECK(rows.boolean(0, "flag"));
  CHECK_THROWS_AS(rows.number(0, "word"), std::logic_error);
  CHECK_THROWS_AS(rows.text(0, "missing"), std::logic_error);
  CHECK_THROWS_AS(rows.text(1, "n"), std::logic_error);
}
