#include "lib/database/written.hpp"

#include "lib/core/text.hpp"
#include "lib/database/measure.hpp"
#include "tests/catch.hpp"
#include "tests/integration/backup/site.hpp"

using backup_tests::Site;

namespace {

/// A database at one moment, and what is said of it later.
class Then {
 public:
  explicit Then(Site& site)
      : site_(site), facts_(database::measure(site.database(), "written", 2, progress_)) {
    since_ = site.database()
                 .admin("written")
                 ->query("SELECT txid_current() AS n")  // of a transaction that is over
                 .number(0, "n");
  }
  database::Written look() { return look(since_); }
  database::Written look(std::optional<std::int64_t> since) {
    return database::writtenSince(site_.database(), "written", facts_, since, 2, progress_);
  }
  database::Facts& facts() { return facts_; }

 private:
  core::NoProgress progress_;
  Site& site_;
  database::Facts facts_;
  std::int64_t since_ = 0;
};

std::string words(const database::Written& written) {
  std::vector<std::string> lines;
  for (const auto& each : written.tables) {
    lines.push_back(each.object + ": " + each.then + " / " + each.now);
  }
  for (const std::string& each : written.undetermined) lines.push_back("? " + each);
  return core::join(lines, "; ");
}

void fill(Site& site) {
  site.sql(
      "CREATE TABLE a (id integer, v text); INSERT INTO a SELECT i, 'v' FROM generate_series(1, 5) "
      "i;"
      "CREATE TABLE b (LIKE a); INSERT INTO b SELECT id, 'w' FROM a;"
      "CREATE TABLE nothing (); INSERT INTO nothing DEFAULT VALUES;"
      "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE moods AS SELECT 'ok'::mood AS m");
}

}  // namespace

TEST_CASE("what was written since a transaction is told table by table") {
  Site site("written");
  fill(site);
  const std::pair<const char*, const char*> changes[] = {
      {"INSERT INTO a VALUES (6, 'v')", "table public.a: 5 rows / 6 rows, 1 written since"},
      {"UPDATE a SET v = v WHERE id = 3", "table public.a: 6 rows / 6 rows, 1 written since"},
      {"DELETE FROM a WHERE id = 6", "table public.a: 6 rows / 5 rows"},
      {"DELETE FROM a WHERE id = 1; INSERT INTO a VALUES (1, 'v')",
       "table public.a: 5 rows / 5 rows, 1 written since"},
      {"DO $$ BEGIN INSERT INTO b VALUES (7, 'x'); BEGIN INSERT INTO a VALUES (8, 'x'); "
       "RAISE 'no'; EXCEPTION WHEN OTHERS THEN INSERT INTO b VALUES (9, 'y'); END; END $$",
       "table public.b: 5 rows / 7 rows, 2 written since"},
      {"INSERT INTO nothing DEFAULT VALUES",
       "table public.nothing: 1 row / 2 rows, 1 written since"},
      {"TRUNCATE nothing", "table public.nothing: 2 rows / 0 rows"},
  };
  for (const auto& [change, wanted] : changes) {
    INFO(change);
    Then then(site);
    site.sql(change);
    const auto written = then.look();
    CHECK(written.by_transactions);
    CHECK(words(written) == wanted);
  }
}

TEST_CASE("a look that changes nothing, upkeep and what was rolled back are no writing") {
  Site site("written");
  fill(site);
  Then then(site);
  const auto session = site.database().admin("written");
  for (const char* harmless :
       {"SELECT 1", "VACUUM FREEZE ANALYZE", "VACUUM FULL a", "CLUSTER",
        "SELECT * FROM a FOR UPDATE",
        "DO $$ BEGIN DELETE FROM a; RAISE 'no'; EXCEPTION WHEN OTHERS THEN END $$"}) {
    INFO(harmless);
    session->execute(harmless);
    const auto written = then.look();
    CHECK(written.by_transactions);
    CHECK(words(written).empty());
  }
}

TEST_CASE("what no transaction number proves is told by digests") {
  Site site("written");
  fill(site);
  // Two tables exchange their names: as many rows as before, all of them old.
  Then before_exchange(site);
  site.sql("ALTER TABLE a RENAME TO c; ALTER TABLE b RENAME TO a; ALTER TABLE c RENAME TO b");
  const auto exchanged = before_exchange.look();
  CHECK(exchanged.by_transactions);
  REQUIRE(exchanged.tables.size() == 2);
  CHECK(exchanged.tables[0].then.starts_with("content "));
  // A definition that changes values without touching rows.
  Then before_renaming(site);
  site.sql("ALTER TYPE mood RENAME VALUE 'ok' TO 'fine'");
  const auto renamed = before_renaming.look();
  CHECK_FALSE(renamed.by_transactions);
  REQUIRE(renamed.tables.size() == 1);
  CHECK(renamed.tables[0].object == "table public.moods");
}

TEST_CASE("without a transaction number that can be trusted digests tell what was written") {
  Site site("written");
  fill(site);
  Then then(site);
  site.sql("UPDATE a SET v = 'other' WHERE id = 3; UPDATE b SET v = v");
  const std::int64_t next =
      site.database().admin("written")->query("SELECT txid_current() AS n").number(0, "n");
  for (const std::optional<std::int64_t> since :
       {std::optional<std::int64_t>(), std::optional<std::int64_t>(0),
        std::optional<std::int64_t>(next + 1000),
        std::optional<std::int64_t>(next - (1LL << 31))}) {
    const auto written = then.look(since);
    CHECK_FALSE(written.by_transactions);
    REQUIRE(written.tables.size() == 1);  // the other update changed no value
    CHECK(written.tables[0].object == "table public.a");
  }
  then.facts().tables[0].rows.reset();
  then.facts().tables[0].unknown = "no right to read it";
  CHECK_FALSE(then.look().undetermined.empty());
}
