#include "lib/core/text.hpp"

#include "tests/catch.hpp"

using Words = std::vector<std::string>;

TEST_CASE("text is trimmed, split and joined") {
  CHECK(core::trim(" \t a b \r\n") == "a b");
  CHECK(core::trim(" \n ").empty());
  CHECK(core::split("a::b", ':') == Words{"a", "", "b"});
  CHECK(core::split("", ':') == Words{""});
  CHECK(core::join({"a", "b"}, ", ") == "a, b");
  CHECK(core::join({}, ", ").empty());
}

TEST_CASE("sizes and counts are for people") {
  CHECK(core::formatBytes(0) == "0 bytes");
  CHECK(core::formatBytes(999) == "999 bytes");
  CHECK(core::formatBytes(1000) == "1.0 kB");
  CHECK(core::formatBytes(120'000) == "120 kB");
  CHECK(core::formatBytes(999'999) == "1.0 MB");
  CHECK(core::formatBytes(1'400'000'000) == "1.4 GB");
  CHECK(core::formatCount(0) == "0");
  CHECK(core::formatCount(4211) == "4,211");
  CHECK(core::formatCount(-1234567) == "-1,234,567");
  CHECK(core::formatCount(-100) == "-100");
  CHECK(core::plural(1, "row", "rows") == "1 row");
  CHECK(core::plural(0, "row", "rows") == "0 rows");
}

TEST_CASE("a misspelt word finds the one that was meant, and no other") {
  const Words verbs{"create", "list", "show", "verify", "rehearse"};
  CHECK(core::nearest("prot", {"port", "host"}) == std::vector<std::string>{"port"});
  CHECK(core::nearest("creat", verbs) == Words{"create"});
  CHECK(core::nearest("vreify", verbs) == Words{"verify"});
  CHECK(core::nearest("reh", verbs) == Words{"rehearse"});
  CHECK(core::nearest("xyzzy", verbs).empty());
  CHECK(core::nearest("", verbs).empty());
}

TEST_CASE("a shell gets back the same words") {
  CHECK(core::shellQuote("plain-1.2/x") == "plain-1.2/x");
  CHECK(core::shellQuote("") == "''");
  CHECK(core::shellQuote("two words") == "'two words'");
  CHECK(core::shellQuote("it's") == "'it'\\''s'");
  CHECK(core::shellLine({"rm", "-f", "a b", "$HOME", "~"}) == "rm -f 'a b' '$HOME' '~'");
}

TEST_CASE("what could disturb a terminal is shown as hexadecimal") {
  CHECK(core::printable("büro €") == "büro €");
  CHECK(core::printable("a\x1b[31m\n") == "a\\x1b[31m\\x0a");
  CHECK(core::printable("\xff\xc3") == "\\xff\\xc3");
  CHECK(core::printable("\xc2\x9b") == "\\xc2\\x9b");
}
