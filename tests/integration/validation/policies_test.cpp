#include "commands/checklists.hpp"
#include "lib/checks/engine.hpp"
#include "tests/catch.hpp"
#include "tests/integration/backup/site.hpp"

using backup_tests::Site;
using Catch::Matchers::Contains;
using core::Outcome;

namespace {

/// What NetBox 3.2.9's tables have of what the policies ask for.
constexpr const char* kTables = R"(
CREATE TABLE extras_tag (id serial PRIMARY KEY, name text, slug text);
CREATE TABLE extras_taggeditem (id serial PRIMARY KEY, tag_id integer);
CREATE TABLE extras_configcontext (id serial PRIMARY KEY, name text, is_active boolean);
CREATE TABLE extras_customfield (id serial PRIMARY KEY, name text);
CREATE TABLE extras_customlink (id serial PRIMARY KEY, name text, link_text text, link_url text);
CREATE TABLE dcim_device (id serial PRIMARY KEY, name text, custom_field_data jsonb NOT NULL,
  local_context_data jsonb, last_updated timestamptz);
CREATE TABLE dcim_site (id serial PRIMARY KEY, custom_field_data jsonb NOT NULL);
INSERT INTO extras_tag (name, slug) VALUES ('A', 'a');
INSERT INTO extras_configcontext (name, is_active) VALUES ('off', false);
INSERT INTO extras_customfield (name) VALUES ('town''s');
INSERT INTO dcim_device (name, custom_field_data, last_updated) VALUES ('sw1', '{}', now());
INSERT INTO dcim_site (custom_field_data) VALUES ('{"town''s": "Ams"}');
)";

constexpr const char* kOffences = R"(
INSERT INTO extras_taggeditem (tag_id) VALUES (1), (1);
UPDATE extras_configcontext SET is_active = true;
INSERT INTO extras_customfield (name) VALUES ('unused');
UPDATE dcim_site SET custom_field_data = custom_field_data || '{"unused": ""}';
UPDATE dcim_device SET local_context_data = '{"a": 1}', last_updated = now() - interval '3 years';
INSERT INTO extras_customlink (name, link_text, link_url) VALUES ('bad', '{{ x }', 'y');
)";

struct Asked {
  explicit Asked(Site& site) {
    config::Instance instance = site.instance();
    instance.product = config::Product::netbox;
    const config::Outside outside;
    auto list = runbook::Shelf(site.world(), {}).find("policies");
    runbook::keepProduct(list, instance.product);
    list = runbook::filled(std::move(list), runbook::variablesOf(site.world(), instance, outside),
                           {}, {});
    std::erase_if(list.items, [](const auto& item) { return item.kind == "needs-login"; });
    const checks::Engine engine(site.world(), [&](checks::Kinds& kinds, ports::World& world) {
      commands::registerCheckKinds(kinds, world, instance, outside, "/nonexistent");
    });
    engine.examine(list.items);
    done = engine.run(list.items, {});
  }
  checks::CheckResult of(const std::string& id) const {
    for (const auto& one : done) {
      if (one.item.id == id) return one.result;
    }
    return {};
  }
  std::vector<checks::Finished> done;
};

}  // namespace

TEST_CASE("the policies that ship find what is not meant to be, on a real server") {
  if (!support::PrivatePostgres::available()) return;
  Site site("policies");
  site.sql(kTables);
  const Asked clean(site);
  CHECK(clean.done.size() == 6);
  for (const auto& one : clean.done) {
    INFO(one.item.id << ": " << one.result.found);
    CHECK(one.result.outcome == Outcome::pass);
  }
  site.sql(kOffences);
  const Asked bad(site);
  CHECK_THAT(bad.of("tags").found, Contains("a 2"));
  CHECK_THAT(bad.of("config-contexts").found, Contains("off"));
  CHECK_THAT(bad.of("local-contexts").found, Contains("sw1"));
  CHECK_THAT(bad.of("custom-fields").found, Contains("1: unused"));
  CHECK_THAT(bad.of("stale").found, Contains("sw1"));
  CHECK_THAT(bad.of("links").found, Contains("bad"));
  for (const char* id : {"tags", "config-contexts", "local-contexts", "links"}) {
    CHECK(bad.of(id).outcome == Outcome::fail);
  }
  CHECK(bad.of("custom-fields").outcome == Outcome::warn);
  CHECK(bad.of("stale").outcome == Outcome::warn);
}
