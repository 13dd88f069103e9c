// Dense spaces: a pseudonym is bound to be another one's old value.
#include <fmt/format.h>

#include "tests/catch.hpp"
#include "tests/unit/sanitize/fixture.hpp"

using namespace sanitize_fixture;

namespace {

struct Dense : Fixture {
  explicit Dense(const std::string& treatment)
      : Fixture(R"({"table": {"addresses": {"address": ")" + treatment +
                R"(", "note": "keep"}, "numbers": {"asn": "asn"}}})") {
    catalogue.tables["addresses"]["address"] = {"secret", sanitize::Form::ip, "2.0.."};
    catalogue.tables["numbers"]["asn"] = {"secret", sanitize::Form::asn, "2.0.."};
  }
};

/// All addresses of a network, and private AS numbers; `note` stands in the first row.
std::string denseDump(const std::string& note) {
  std::string rows =
      "CREATE TABLE public.addresses (id bigint, address inet, note text);\n"
      "CREATE TABLE public.numbers (id bigint, asn bigint);\n"
      "COPY public.addresses (id, address, note) FROM stdin;\n";
  for (int i = 0; i < 256; ++i)
    rows += fmt::format("{}\t10.20.30.{}/24\t{}\n", i, i, i == 0 ? note : "");
  rows += "\\.\nCOPY public.numbers (id, asn) FROM stdin;\n";
  for (int i = 0; i < 500; ++i) rows += fmt::format("{}\t{}\n", i, 64512 + i);
  return kSchema + rows + "\\.\n" + kRows + kEnd;
}

}  // namespace

TEST_CASE("a value of somebody else in a covered place is explained, and counted",
          "[sanitize][dense]") {
  Dense fixture("ip");
  const std::string out = fixture.copy(denseDump(""));
  CHECK(fixture.findings.leaks.empty());
  // A permutation may move the whole network away; its numbers stay within their range.
  CHECK(has(out, "\t10."));
  CHECK_FALSE(has(out, "0\t10.20.30.0/24\t"));
}

TEST_CASE("a row's own value in its place is a leak, dense or not", "[sanitize][dense]") {
  Dense fixture("keep");
  fixture.copy(denseDump(""));
  REQUIRE_FALSE(fixture.findings.leaks.empty());
  for (const auto& [leak, times] : fixture.findings.leaks) {
    CHECK(leak.table == "addresses");
    CHECK(leak.column == "address");
  }
}

TEST_CASE("an address where none is covered is a leak", "[sanitize][dense]") {
  Dense fixture("ip");
  fixture.copy(denseDump("see 10.20.30.77"));
  REQUIRE(fixture.findings.leaks.size() == 1);
  CHECK(fixture.findings.leaks.begin()->first.where == "addresses.note");
}
