#pragma once

#include "lib/database/facts.hpp"

namespace sample {

inline database::Facts facts() {
  database::Facts facts;
  facts.identity = {"7710715252640267934", 150020, "15.20", "netbox", 16385, false, "off"};
  facts.settings = {"netbox", "UTF8", "libc", "C.UTF-8", "C.UTF-8", "", "2.36", 30621031};
  facts.taken = core::parseUtc("2026-11-21T03:00:12.5Z").value();
  facts.lsn = "0/55267398";
  facts.digests = "kind 1";
  facts.tables = {{"public", "dcim_site", 24, "123456", "", 8192, {"id", "name"}},
                  {"public", "odd", 3, std::nullopt, "the session was lost", 8192}};
  facts.sequences = {{"public", "dcim_site_id_seq", 24, true}};
  facts.extensions = {{"plpgsql", "1.0", "pg_catalog"}};
  facts.schema = {{"table public.dcim_site", "00112233aabbccdd"}};
  facts.rights = {{"table public.dcim_site", "owner netbox"}};
  facts.collations = {{"public.natural_sort", "153.14"}};
  facts.large_objects = 0;
  facts.migrations = database::MigrationFacts{301, {{"dcim", "0153_created_datetimefield"}}};
  return facts;
}

}  // namespace sample
