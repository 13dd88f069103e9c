#include "lib/schema/dumped.hpp"

#include <fmt/format.h>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/dump/archive.hpp"
#include "lib/dump/table_text.hpp"
#include "lib/schema/definition.hpp"
#include "lib/schema/statements.hpp"

namespace schema {
namespace {

constexpr std::size_t kLongestLine = std::size_t{1} << 20U;

Schema emptySchema(const std::string& path) {
  Schema schema;
  schema.from = "dump " + path;
  schema.kinds = {"table", "column",   "constraint", "index",   "sequence",
                  "view",  "function", "type",       "trigger", "extension"};
  return schema;
}

Schema fromArchive(ports::Files& files, const std::string& folder) {
  const auto source = files.open(folder + "/toc.dat");
  const dump::Toc toc = dump::readToc(*source, folder + "/toc.dat");
  Schema schema = emptySchema(folder);
  schema.server_version = toc.server_version;
  Definitions definitions;
  Statements statements([&](std::string_view one) { definitions.statement(one); });
  for (const dump::TocEntry& entry : toc.entries) {
    for (const std::string& line : core::split(entry.definition, '\n')) statements.line(line);
    if (statements.open()) statements.line(";");
  }
  schema.objects = definitions.take();
  return schema;
}

Schema fromText(core::Source& source, const std::string& path) {
  Schema schema = emptySchema(path);
  Definitions definitions;
  bool any = false;
  Statements statements([&](std::string_view one) {
    any = true;
    definitions.statement(one);
  });
  dump::LineReader lines(source, kLongestLine);
  while (auto line = lines.next()) {
    if (line->starts_with("PGDMP")) {
      throw core::Error(core::Kind::undetermined, path + " is an archive in custom format",
                        "Unpack it: pg_restore --file - " + core::shellQuote(path) + " > FILE");
    }
    constexpr std::string_view kVersion = "-- Dumped from database version ";
    if (line->starts_with(kVersion)) schema.server_version = line->substr(kVersion.size());
    if (!statements.open() && dump::readCopyStatement(*line)) {
      bool ended = false;
      while (auto row = lines.next()) {
        if (*row != "\\.") continue;
        ended = true;
        break;
      }
      if (!ended) throw core::Error(core::Kind::corrupt, path + " ends within a table's rows");
      continue;
    }
    statements.line(*line);
  }
  if (statements.open()) throw core::Error(core::Kind::corrupt, path + " ends in a statement");
  if (!any) throw core::Error(core::Kind::corrupt, path + " holds no statement of pg_dump");
  schema.objects = definitions.take();
  return schema;
}

}  // namespace

Schema dumpedSchema(ports::Files& files, const std::string& path) {
  const auto resolved = files.resolve(path);
  const auto info = resolved ? files.info(*resolved) : std::nullopt;
  if (!info) throw core::Error(core::Kind::not_found, path + " does not exist");
  if (info->type == ports::FileType::folder) {
    for (const std::string& folder : {*resolved, *resolved + "/dump"}) {
      if (files.info(folder + "/toc.dat")) return fromArchive(files, folder);
    }
    throw core::Error(core::Kind::not_found, path + " has no toc.dat: it is no dump");
  }
  const auto source = files.open(*resolved);
  const auto text = dump::unpacked(*source, *resolved);
  return fromText(*text, path);
}

}  // namespace schema
