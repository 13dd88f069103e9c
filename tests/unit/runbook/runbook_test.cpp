#include "lib/runbook/runbook.hpp"

#include "lib/core/error.hpp"
#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"

using Catch::Matchers::Contains;

namespace {

std::string complaint(const std::string& text) {
  try {
    runbook::parse(text, "x.toml", "x");
    return "none";
  } catch (const core::Error& error) {
    return error.what();
  }
}

std::string refusal(const std::function<void()>& work) {
  try {
    work();
    return "none";
  } catch (const core::Error& error) {
    return std::string(core::kindName(error.kind())) + ": " + error.what() + " " + error.hint();
  }
}

}  // namespace

TEST_CASE("a checklist has its items in the order of the file, whatever their sort") {
  const auto list = runbook::parse(R"(
title = "T"
owner = "team"
[[manual]]
id = "one"
title = "do it"
required = true
[[check]]
id = "two"
kind = "http"
with = { url = "${url}/x", status = 204, words = ["a", "b"] }
needs = ["one"]
tags = ["web"]
tries = 3
pause = "1s"
limit = "1min"
grace = "5min"
severity = "warn"
ignore = [{ text = "x", reason = "y", until = "2027-01-31" }]
[[manual]]
id = "three"
title = "and this"
owner = "others"
)",
                                   "x.toml", "x");
  REQUIRE(list.items.size() == 3);
  CHECK(list.items[0].id == "one");
  CHECK(list.items[0].required);
  CHECK(list.items[1].arguments["status"] == 204);
  CHECK(list.items[1].only_warns);
  CHECK(list.items[1].ignored.at(0).until == core::parseUtc("2027-01-31T23:59:59Z"));
  CHECK(list.items[1].place == "x.toml:8");
  CHECK(list.items[1].owner == "team");
  CHECK(list.items[2].owner == "others");
}

TEST_CASE("all mistakes of a checklist are told at once, with their lines") {
  CHECK_THAT(complaint("titel = \"T\"\n[[check]]\nid = \"a b\"\nlimit = \"soon\"\n"),
             Contains("did you mean title?") && Contains("title is missing") &&
                 Contains("x.toml:3") && Contains("kind is missing") &&
                 Contains("limit in [.check.1] is \"soon\""));
  CHECK_THAT(complaint("title = \"T\"\n[[step]]\nid = \"a\"\n"), Contains("step"));
  CHECK_THAT(complaint("title = \"T\"\n[[check]]\nid = \"a\"\nkind = \"x\"\n"
                       "ignore = [{ text = \"\", reason = \"r\" }]\n"),
             Contains("it would ignore everything"));
}

TEST_CASE("every built-in checklist can be read, and the list names them all") {
  fakes::FakeWorld fakes;
  runbook::Shelf shelf(fakes.world(), {"/etc/sotctl/checklists"});
  const auto entries = shelf.list();
  CHECK(entries.size() == 8);
  for (const auto& entry : entries) {
    INFO(entry.name << " " << entry.problem);
    REQUIRE(entry.runbook);
    CHECK(entry.runbook->items.size() > 5);
  }
}

TEST_CASE(
    "a file stands before a built-in list; an including one's item before the included one's") {
  fakes::FakeWorld fakes;
  fakes.files.put("/etc/sotctl/checklists/own.toml",
                  "title = \"Own\"\ninclude = [\"post-restart\"]\n[[check]]\nid = \"redis\"\n"
                  "kind = \"port\"\nwith = { port = \"6379\" }\n");
  runbook::Shelf shelf(fakes.world(), {"/etc/sotctl/checklists"});
  const auto own = shelf.find("own");
  const auto restart = shelf.find("post-restart");
  CHECK(own.title == "Own");
  CHECK(own.items.size() == restart.items.size());
  CHECK(std::count_if(own.items.begin(), own.items.end(),
                      [](const auto& item) { return item.kind == "port"; }) == 1);
  CHECK_THAT(refusal([&] { shelf.find("post-upgrad"); }),
             Contains("not_found") && Contains("Did you mean post-upgrade"));
}

TEST_CASE("a checklist that others can write is refused, and so is a circle of includes") {
  fakes::FakeWorld fakes;
  fakes.files.put("/etc/sotctl/checklists/open.toml", "title = \"T\"\n", 0666);
  fakes.files.put("/etc/sotctl/checklists/a.toml", "title = \"T\"\ninclude = [\"b\"]\n");
  fakes.files.put("/etc/sotctl/checklists/b.toml", "title = \"T\"\ninclude = [\"a\"]\n");
  runbook::Shelf shelf(fakes.world(), {"/etc/sotctl/checklists"});
  CHECK_THAT(refusal([&] { shelf.find("open"); }),
             Contains("refused") && Contains("can't be trusted"));
  CHECK_THAT(refusal([&] { shelf.find("a"); }), Contains("in a circle"));
}

TEST_CASE("an item is left out where what it is for is not set, or another one does it") {
  auto list = runbook::parse(R"(
title = "T"
[parameter.export]
help = "which"
value = ""
[[check]]
id = "a"
kind = "command"
with = { argv = ["${export}"] }
only_if = "${export}"
[[manual]]
id = "b"
title = "Look at the export"
unless = "${export}"
)",
                             "x.toml", "x");
  auto filled = runbook::filled(list, {}, {}, {});
  CHECK(filled.items[0].left_out == "export is not set");
  CHECK(filled.items[1].left_out.empty());
  filled = runbook::filled(list, {}, {{"export", "/bin/x"}}, {});
  CHECK(filled.items[0].left_out.empty());
  CHECK_THAT(filled.items[1].left_out, Contains("export"));
  CHECK_THAT(complaint("title = \"T\"\n[[check]]\nid = \"a\"\nkind = \"x\"\nonly_if = \"x\"\n"),
             Contains("names no variable"));
}

TEST_CASE("variables come from the options, the configuration, the file, the instance") {
  auto list = runbook::parse(R"(
title = "After ${instance}"
[parameter.release]
help = "which"
value = "4.2.0"
[parameter.town]
help = "where"
[[check]]
id = "a"
kind = "http"
with = { url = "${url}/${release}", other = "${town}" }
[[check]]
id = "b"
kind = "x"
with = { list = ["${release}", "$x"] }
)",
                             "x.toml", "x");
  const runbook::Variables known{{"instance", "netbox"}, {"url", "https://n"}};
  auto filled = runbook::filled(list, known, {}, {});
  CHECK(filled.title == "After netbox");
  CHECK(filled.items[0].arguments["url"] == "https://n/4.2.0");
  CHECK_THAT(filled.items[0].unready, Contains("town is not known here"));
  CHECK(filled.items[1].arguments["list"] == core::Json({"4.2.0", "$x"}));
  CHECK(filled.items[1].unready.empty());
  filled = runbook::filled(list, known, {{"town", "Ams"}}, {{"release", "4.2.9"}});
  CHECK(filled.items[0].unready.empty());
  CHECK(filled.items[0].arguments["url"] == "https://n/4.2.9");
  CHECK_THAT(refusal([&] {
               runbook::filled(list, known, {{"releese", "1"}}, {});
             }),
             Contains("usage") && Contains("Did you mean release?"));
  list.items[0].arguments["url"] = "${ulr}";
  CHECK_THAT(refusal([&] { runbook::filled(list, known, {}, {}); }),
             Contains("configuration") && Contains("Did you mean url?"));
}
