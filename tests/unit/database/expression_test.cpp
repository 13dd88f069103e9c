#include "lib/database/expression.hpp"

#include "tests/catch.hpp"

using database::stableExpression;

TEST_CASE("an expression is the same before and after a dump and restore") {
  // Both as PostgreSQL 15 prints them: of a CHECK written with IN, and of the same one restored.
  CHECK(stableExpression("CHECK (((status)::text = ANY ((ARRAY['a'::character varying, "
                         "'b'::character varying])::text[])))") ==
        stableExpression("CHECK (((status)::text = ANY (ARRAY[('a'::character varying)::text, "
                         "('b'::character varying)::text])))"));
}

TEST_CASE("casts of every shape are left out") {
  CHECK(stableExpression("x::timestamp(6) with time zone") == "x");
  CHECK(stableExpression("x::timestamp without time zone + y") == "x+y");
  CHECK(stableExpression("'1'::numeric(10,2)[] ") == "'1'");
  CHECK(stableExpression("a::public.\"My Type\"[] AND b") == "a AND b");
  CHECK(stableExpression("a::\"char\"") == "a");
  CHECK(stableExpression("a::double precision < 1") == "a<1");
}

TEST_CASE("what an expression says stays") {
  CHECK(stableExpression("(a OR b)") != stableExpression("(a AND b)"));
  CHECK(stableExpression("'x::text (y)'") == "'x::text (y)'");
  CHECK(stableExpression("f('it''s', \"a b\")") == "f 'it''s',\"a b\"");
  CHECK(stableExpression("a IS NOT NULL") == "a IS NOT NULL");
  CHECK(stableExpression("status = 'a'::text") != stableExpression("status = 'b'::text"));
}

TEST_CASE("an expression that is cut is read to its end") {
  CHECK(stableExpression("'open") == "'open");
  CHECK(stableExpression("a::") == "a");
  CHECK(stableExpression("a::\"open") == "a");
  CHECK(stableExpression("a::numeric(1") == "a");
  CHECK(stableExpression("").empty());
}
