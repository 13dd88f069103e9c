#pragma once

#include <string>

#include "lib/backup/manifest.hpp"
#include "lib/core/digest.hpp"
#include "lib/dump/row_sum.hpp"
#include "tests/fakes/world.hpp"
#include "tests/unit/database/sample_facts.hpp"
#include "tests/unit/dump/archive_builder.hpp"

namespace sample {

inline const std::string kRows = "1\tBerlin\n2\tParis\n3\tRoma\n\\.\n\n\n";

/// Of kRows.
inline dump::RowSum rowSum() {
  dump::RowSum sum;
  for (const char* row : {"1\tBerlin", "2\tParis", "3\tRoma"}) sum.add(row);
  return sum;
}

/// Puts a whole set into a fake file system: one table with three rows.
inline void putSet(fakes::FakeWorld& world, const std::string& folder, const std::string& id) {
  archive::Entry table;
  archive::Entry value;
  value.id = 2;
  value.tag = "dcim_site_id_seq";
  value.description = "SEQUENCE SET";
  value.definition = "SELECT pg_catalog.setval('public.dcim_site_id_seq', 24, true);\n";
  value.copy = "";
  value.file = "";
  backup::Manifest manifest;
  manifest.set = id;
  manifest.instance = "netbox";
  manifest.product = "netbox";
  manifest.environment = "production";
  manifest.database = facts();
  manifest.database.tables = {
      {"public", "dcim_site", 3, rowSum().digest(), "", 8192, {"id", "name"}}};
  manifest.database.digests = dump::kRowDigestKind;
  const std::pair<std::string, std::string> files[] = {
      {"dump/3456.dat.gz", archive::gzip(kRows)},
      {"dump/toc.dat", archive::toc(14, {table, value})},
      {"roles.sql", "CREATE ROLE netbox;\n"},
  };
  for (const auto& [path, text] : files) {
    manifest.files.push_back({path, text.size(), core::sha256(text)});
    world.files.put(folder + "/" + path, text, 0600);
  }
  world.files.put(folder + "/manifest.json", backup::writeManifest(manifest), 0600);
}

/// Puts a manifest that says something else of the set's content, sealed as it should be.
template <typename Change>
void changeManifest(fakes::FakeWorld& world, const std::string& folder, Change change) {
  const std::string path = folder + "/manifest.json";
  backup::Manifest manifest = backup::readManifest(world.files.text(path), path);
  change(manifest);
  world.files.put(path, backup::writeManifest(manifest), 0600);
}

}  // namespace sample
