#include <sstream>

#include "lib/checks/sheet.hpp"
#include "lib/core/text.hpp"
#include "tests/catch.hpp"

using Catch::Matchers::Contains;
using checks::Finished;
using core::Outcome;

namespace {

Finished line(const std::string& id, Outcome outcome, const std::string& found) {
  Finished one;
  one.item.id = id;
  one.result.id = id;
  one.result.subject = "subject of " + id;
  one.result.outcome = outcome;
  one.result.found = found;
  one.took = std::chrono::milliseconds(120);
  return one;
}

checks::Sheet sheet() {
  checks::Sheet all;
  all.title = "After *all*";
  all.name = "list";
  all.instance = "netbox";
  all.host = "web1";
  all.at = *core::parseUtc("2026-11-21T03:00:00Z");
  all.took = std::chrono::milliseconds(1500);
  all.lines = {line("a", Outcome::pass, "fine <b> & \"c\" \x01\xff"),
               line("b", Outcome::warn, "hm | hm"), line("c", Outcome::fail, "bad\nworse # 1"),
               line("d", Outcome::skip, "because c failed"), line("e", Outcome::unknown, "dark")};
  all.lines[0].result.measures = {{"free", 12.5, "%", "10:", "3:", "0", "100"},
                                  {"it's=x", 3, "", "", "", "", ""}};
  return all;
}

/// A small reader of XML: elements with attributes, text with entities. Fails the test on what is
/// no XML. Gives the elements in order, "name attribute=value …".
class Xml {
 public:
  explicit Xml(const std::string& text) : text_(text) {
    skipTo("?>");
    while (at_ < text_.size()) next();
    REQUIRE(open_.empty());
  }
  std::vector<std::map<std::string, std::string>> elements;
  std::vector<std::string> names;

 private:
  void skipTo(const std::string& mark) {
    at_ = text_.find(mark, at_);
    REQUIRE(at_ != std::string::npos);
    at_ += mark.size();
  }
  void checkText(const std::string& text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      const auto byte = static_cast<unsigned char>(text[i]);
      REQUIRE((byte >= 0x20 || byte == '\n' || byte == '\t'));
      REQUIRE(byte < 0x80);  // this test's texts have nothing else that is valid
      REQUIRE(text[i] != '<');
      if (text[i] != '&') continue;
      const std::string entity = text.substr(i, text.find(';', i) - i + 1);
      REQUIRE((entity == "&amp;" || entity == "&lt;" || entity == "&gt;" || entity == "&quot;" ||
               entity == "&#10;"));
    }
  }
  void next() {
    const auto tag = text_.find('<', at_);
    if (tag == std::string::npos) {
      checkText(text_.substr(at_));
      at_ = text_.size();
      return;
    }
    checkText(text_.substr(at_, tag - at_));
    const auto end = text_.find('>', tag);
    REQUIRE(end != std::string::npos);
    std::string inner = text_.substr(tag + 1, end - tag - 1);
    at_ = end + 1;
    if (inner[0] == '/') {
      REQUIRE(!open_.empty());
      REQUIRE(open_.back() == inner.substr(1));
      open_.pop_back();
      return;
    }
    const bool closed = inner.back() == '/';
    if (closed) inner.pop_back();
    const std::string name = inner.substr(0, inner.find(' '));
    names.push_back(name);
    elements.emplace_back();
    for (auto at = inner.find(' '); at < inner.size();) {
      const auto equals = inner.find("=\"", at);
      if (equals == std::string::npos) break;
      const auto quote = inner.find('"', equals + 2);
      const std::string value = inner.substr(equals + 2, quote - equals - 2);
      checkText(value);
      elements.back()[std::string(core::trim(inner.substr(at, equals - at)))] = value;
      at = quote + 1;
    }
    if (!closed) open_.push_back(name);
  }

  const std::string& text_;
  std::size_t at_ = 0;
  std::vector<std::string> open_;
};

/// Lines of Prometheus's text format as promtool reads them: name{labels} value, each series once,
/// each family with its HELP and TYPE before it.
std::map<std::string, double> series(const std::string& text) {
  std::map<std::string, double> all;
  std::string family;
  std::istringstream lines(text);
  for (std::string row; std::getline(lines, row);) {
    if (row.starts_with("# HELP ")) continue;
    if (row.starts_with("# TYPE ")) {
      family = row.substr(7, row.find(' ', 7) - 7);
      REQUIRE(row.ends_with(" gauge"));
      continue;
    }
    const auto brace = row.find('{');
    const auto end = row.rfind("} ");
    REQUIRE(brace != std::string::npos);
    REQUIRE(end != std::string::npos);
    CHECK(row.substr(0, brace) == family);
    std::size_t used = 0;
    const double value = std::stod(row.substr(end + 2), &used);
    REQUIRE(used == row.size() - end - 2);
    REQUIRE(all.emplace(row.substr(0, end + 1), value).second);
  }
  return all;
}

}  // namespace

TEST_CASE("JUnit is XML that its readers take: fail is a failure, unknown an error") {
  const std::string text = checks::junit(sheet());
  const Xml xml(text);
  CHECK(xml.names == std::vector<std::string>{"testsuites", "testsuite", "testcase", "system-out",
                                              "testcase", "system-out", "testcase", "failure",
                                              "testcase", "skipped", "testcase", "error"});
  auto suite = xml.elements[1];
  CHECK(suite["tests"] == "5");
  CHECK(suite["failures"] == "1");
  CHECK(suite["errors"] == "1");
  CHECK(suite["skipped"] == "1");
  CHECK(suite["timestamp"] == "2026-11-21T03:00:00");
  CHECK(suite["time"] == "1.500");
  auto failure = xml.elements[7];
  CHECK(failure["message"] == "bad&#10;worse # 1");
}

TEST_CASE("TAP counts its lines, escapes the number sign, and marks what is skipped") {
  const std::string text = checks::tap(sheet());
  const auto lines = core::split(text, '\n');
  CHECK(lines[0] == "TAP version 13");
  CHECK(lines[1] == "1..5");
  CHECK(lines[2] == "ok 1 - a: subject of a");
  CHECK_THAT(text, Contains("not ok 3 - c: subject of c\n  ---\n  outcome: fail\n") &&
                       Contains("ok 4 - d: subject of d # SKIP because c failed\n") &&
                       Contains("not ok 5 - e: subject of e\n"));
  CHECK_THAT(text, Contains("found: \"bad\\nworse # 1\""));
}

TEST_CASE("Nagios gets one line with performance data, and its own exit status") {
  const std::string text = checks::nagios(sheet());
  const std::string first = text.substr(0, text.find('\n'));
  CHECK_THAT(first, Catch::Matchers::StartsWith("CRITICAL: 1 passed, 1 warning, 1 failed"));
  CHECK(std::count(first.begin(), first.end(), '|') == 1);
  CHECK_THAT(first, Contains("'a.free'=12.5%;10:;3:;0;100") && Contains("'a.itsx'=3") &&
                        Contains("'time'=1.500s;;;0"));
  CHECK_THAT(text, Contains("warn: subject of b: hm / hm\n"));
  using core::CheckResult;
  const auto of = [](Outcome outcome) {
    return checks::nagiosStatus({CheckResult{"a", "a", outcome, {}, {}, {}}});
  };
  CHECK(of(Outcome::pass) == 0);
  CHECK(of(Outcome::skip) == 0);
  CHECK(of(Outcome::warn) == 1);
  CHECK(of(Outcome::fail) == 2);
  CHECK(of(Outcome::unknown) == 3);
  CHECK(checks::nagiosStatus({}) == 3);
}

TEST_CASE("Prometheus gets every series once, with help and type") {
  checks::Sheet twice = sheet();
  twice.lines.push_back(twice.lines[0]);
  const auto all = series(checks::prometheus(twice));
  CHECK(all.at("sotctl_check_outcome{instance_name=\"netbox\",checklist=\"list\",check=\"c\","
               "outcome=\"fail\"}") == 1);
  CHECK(all.at("sotctl_check_outcome{instance_name=\"netbox\",checklist=\"list\",check=\"c\","
               "outcome=\"pass\"}") == 0);
  CHECK(all.at("sotctl_check_value{instance_name=\"netbox\",checklist=\"list\",check=\"a\","
               "name=\"free\",unit=\"%\"}") == 12.5);
  CHECK(all.at("sotctl_checklist_timestamp_seconds{instance_name=\"netbox\",checklist=\"list\"}") ==
        1795230000);
}

TEST_CASE("a sheet comes back from its document") {
  const core::Json document = checks::toJson(sheet());
  const checks::Sheet back = checks::sheetFromJson(document);
  CHECK(checks::nagios(back) == checks::nagios(sheet()));
  CHECK(checks::toJson(back) == document);
}

TEST_CASE("Markdown ticks what passed, with what was found, and has no markup of its own") {
  const std::string text = checks::markdown(sheet());
  CHECK_THAT(text, Contains("# After \\*all\\*\n") &&
                       Contains("- [x] **subject of a**: fine \\<b>") &&
                       Contains("- [ ] **subject of c** (fail): bad") &&
                       Contains("- [ ] **subject of d** (skip): because c failed"));
}
