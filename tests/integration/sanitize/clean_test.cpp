// Dumps with planted secrets: the copy is searched by the program and by grep, restored into a real
// server, and compared with its original.
#include <fmt/format.h>

#include <iostream>
#include <set>

#include "lib/core/json.hpp"
#include "lib/core/text.hpp"
#include "tests/catch.hpp"
#include "tests/integration/sanitize/ground.hpp"

using sanitize_tests::Answer;
using sanitize_tests::Ground;
using sanitize_tests::Seeded;

namespace {

constexpr const char* kRows =
    "SELECT format('SELECT %L || '' '' || count(*) FROM %I', relname, relname) FROM pg_class "
    "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname \\gexec\n";
constexpr const char* kSequences =
    "SELECT sequencename, last_value FROM pg_sequences ORDER BY 1;\n";
constexpr const char* kUnproven =
    "SELECT conname FROM pg_constraint WHERE NOT convalidated UNION ALL "
    "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid;\n";

/// Lines of `text`, but those of tables that were emptied.
std::string kept(const std::string& text, const std::set<std::string>& emptied) {
  std::string left;
  for (const std::string& line : core::split(text, '\n')) {
    if (emptied.count(line.substr(0, line.find(' '))) == 0) left += line + "\n";
  }
  return left;
}

/// What belongs together goes on doing so: numbers that must be the same before and after.
std::string relations(Seeded& seeded, const std::string& database) {
  const std::string log =
      seeded.ask("SELECT to_regclass('core_objectchange') IS NOT NULL;") == "t\n"
          ? "core_objectchange"
          : "extras_objectchange";
  const std::string users = seeded.ask("SELECT to_regclass('users_user') IS NOT NULL;") == "t\n"
                                ? "users_user"
                                : "auth_user";
  return seeded.ask(
      fmt::format("SELECT count(*) FROM dcim_interface i JOIN dcim_device d ON d.id = i.device_id "
                  "JOIN dcim_site s ON s.id = d.site_id;\n"
                  "SELECT count(*) FROM {0} l JOIN dcim_device d ON d.id = l.changed_object_id "
                  "WHERE l.postchange_data ->> 'serial' = d.serial"
                  " AND l.postchange_data ->> 'asset_tag' = d.asset_tag AND l.postchange_data ->> "
                  "'name' IS NOT DISTINCT FROM d.name;\n"
                  "SELECT count(*) FROM {0} l JOIN dcim_device d ON l.object_repr = d.name || ' (' "
                  "|| d.asset_tag || ')';\n"
                  "SELECT count(*) FROM {0} l JOIN {1} u ON u.username = l.user_name;\n"
                  "SELECT count(*) FROM {0} l JOIN ipam_ipaddress a ON a.id = l.changed_object_id "
                  "AND l.postchange_data -> 'address' = to_jsonb(a.address);\n"
                  "SELECT count(DISTINCT serial), count(DISTINCT asset_tag), count(DISTINCT name) "
                  "FROM dcim_device;\n",
                  log, users),
      database);
}

void checkCopy(Seeded& seeded, const std::string& copy, const std::set<std::string>& emptied) {
  Ground& ground = seeded.ground();
  const Answer scan = ground.sotctl(
      {"sanitize", "scan", "--original", "in.sql", "--sanitized", copy, "-j", "1", "-q"});
  INFO(scan.err);
  CHECK(scan.status == 0);
  ground.program({"grep", "-q", "-i", "-F", "-f", "values.txt", "in.sql"});
  CHECK_THROWS_WITH(ground.program({"grep", "-q", "-i", "-F", "-f", "values.txt", copy}),
                    Catch::Matchers::Contains("status 1"));
  const std::string restored = seeded.site().database().name() + "_copy";
  seeded.restore(copy, restored);
  CHECK(kept(seeded.ask(kRows, restored), emptied) == kept(seeded.ask(kRows), emptied));
  CHECK(seeded.ask(kSequences, restored) == seeded.ask(kSequences));
  CHECK(seeded.ask(kUnproven, restored) == seeded.ask(kUnproven));
  CHECK(relations(seeded, restored) == relations(seeded, seeded.site().database().name()));
  if (seeded.ask("SELECT to_regclass('tenancy_contact') IS NOT NULL;") == "t\n") {
    CHECK(seeded.ask("SELECT count(*) FROM extras_webhook WHERE payload_url LIKE '%corp%';",
                     restored) == "0\n");
  }
}

std::set<std::string> emptiedIn(const core::Json& report) {
  std::set<std::string> tables;
  for (const auto& [table, why] : report["emptied"].items()) tables.insert(table);
  return tables;
}

/// Sanitizes in.sql; gives the report.
core::Json sanitized(Ground& ground) {
  const Answer done =
      ground.dump("in.sql", "out.sql", {"--report", "report.json", "--unknown-columns", "empty"});
  INFO(done.err);
  REQUIRE(done.status == 0);
  return core::Json::parse(ground.read("report.json"));
}

/// A rules file that keeps what one rule treats, and the lines of rows that it empties.
std::string keeping(const core::Json& tally, const std::string& dump) {
  const std::string table = tally["table"];
  if (!tally["column"].is_null()) {
    return fmt::format("[table.{}]\n{} = \"keep\"\n", table, tally["column"].get<std::string>());
  }
  std::string rules = fmt::format("[truncate]\nexcept = [\"{}\"]\n[table.{}]\n", table, table);
  const std::size_t head = dump.find("\nCOPY public." + table + " (");
  const std::size_t open = dump.find('(', head);
  for (const std::string& column :
       core::split(dump.substr(open + 1, dump.find(')', open) - open - 1), ','))
    rules += std::string(core::trim(column)) + " = \"keep\"\n";
  return rules;
}

/// Each rule that treats something, set to "keep" in turn, makes the scan fail and gives no copy.
void checkEachRule(Ground& ground, const core::Json& report) {
  const std::string dump = ground.read("in.sql");
  const std::set<std::string> harmless{"extras_webhook.enabled", "extras_eventrule.enabled"};
  int rules = 0;
  for (const core::Json& tally : report["tables"]) {
    const bool empties = tally["column"].is_null() && tally["treatment"] == "emptied";
    const std::string column = tally["column"].is_null() ? "" : tally["column"].get<std::string>();
    const std::string place = tally["table"].get<std::string>() + "." + column;
    const bool logged = column.starts_with("in the change log");
    if ((!empties && (column.empty() || tally["changed"] == 0)) || logged ||
        harmless.count(place) != 0 || place.starts_with("netbox_devtools"))
      continue;
    ground.write("keep.toml", keeping(tally, dump));
    const Answer kept =
        ground.dump("in.sql", "kept.sql", {"--rules", "keep.toml", "--unknown-columns", "empty"});
    INFO(place << "\n" << kept.err);
    CHECK(kept.status == 10);
    CHECK_FALSE(ground.has("kept.sql"));
    ++rules;
  }
  CHECK(rules > 20);
}

}  // namespace

TEST_CASE("planted secrets of the project's own data are gone from a copy that restores",
          "[sanitize]") {
  if (!support::PrivatePostgres::available()) return;
  Seeded seeded("sanitize_own", Seeded::ownData());
  const core::Json report = sanitized(seeded.ground());
  checkCopy(seeded, "out.sql", emptiedIn(report));
  checkEachRule(seeded.ground(), report);
}

TEST_CASE("planted secrets of the demo dumps are gone from copies that restore", "[sanitize]") {
  const std::string demos = sanitize_tests::demoFolder();
  if (!support::PrivatePostgres::available() || demos.empty()) {
    std::cout << "SKIP planted secrets of the demo dumps are gone from copies that restore: "
                 "../shared is not beside the checkout\n";
    return;
  }
  for (const char* version : {"3.2", "4.2"}) {
    INFO(version);
    Seeded seeded(fmt::format("sanitize_{}", version),
                  fmt::format("{}/netbox-demo-v{}.sql", demos, version));
    const core::Json report = sanitized(seeded.ground());
    checkCopy(seeded, "out.sql", emptiedIn(report));
    checkEachRule(seeded.ground(), report);
  }
}
