#include "lib/sandbox/plain_dump.hpp"

#include "lib/core/error.hpp"
#include "tests/catch.hpp"

using Catch::Matchers::Contains;

namespace {

const std::string kEnd = "--\n-- PostgreSQL database dump complete\n--\n\n";

std::string given(const std::string& text, int server = 15) {
  core::StringSource source(text);
  sandbox::PlainDump dump(source, "f.sql", "w0rd", server);
  core::StringSink sink;
  core::pump(dump, sink);
  return sink.text();
}

}  // namespace

TEST_CASE("psql is restricted by a word of ours before the first line of the dump") {
  CHECK_THAT(given("\\restrict theirs\nSELECT 1;\n" + kEnd + "\\unrestrict `theirs`\n"),
             Catch::Matchers::StartsWith("\\restrict w0rd\n") && !Contains("theirs") &&
                 Contains("\nSELECT 1;\n"));
}

TEST_CASE("a row that looks like a meta-command stays a row") {
  const std::string rows =
      "COPY public.t (a) FROM stdin;\n\\restrict x\nALTER TABLE t OWNER TO y;\n\\.\n";
  CHECK_THAT(given(rows + kEnd), Contains(rows));
}

TEST_CASE("owners, rights and settings of newer servers are left out") {
  const std::string text =
      "SET transaction_timeout = 0;\nALTER TABLE public.t OWNER TO boss;\n"
      "GRANT SELECT ON TABLE public.t TO reader;\n";
  CHECK(given(text + kEnd).find("OWNER") == std::string::npos);
  CHECK(given(text + kEnd).find("GRANT") == std::string::npos);
  CHECK(given(text + kEnd).find("transaction_timeout") == std::string::npos);
  CHECK_THAT(given(text + kEnd, 17), Contains("transaction_timeout"));
}

TEST_CASE("a dump that is cut is refused at its end") {
  CHECK_THROWS_WITH(given("SELECT 1;\n"), Contains("cut"));
  CHECK_THROWS_WITH(given(""), Contains("cut"));
}

TEST_CASE("files of other tools are refused by name") {
  CHECK_THROWS_WITH(given("PGDMP\x01\x0e\n"), Contains("archive"));
  CHECK_THROWS_WITH(given("\\connect netbox\n" + kEnd), Contains("pg_dumpall"));
}
