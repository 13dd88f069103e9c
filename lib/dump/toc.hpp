#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lib/core/stream.hpp"

namespace dump {

enum class Compression { none, gzip, lz4, zstd };
const char* compressionName(Compression compression);

enum class Section { none, pre_data, data, post_data };

/// One object of an archive.
struct TocEntry {
  int id = 0;
  std::string tag;          // "dcim_site"
  std::string description;  // "TABLE", "TABLE DATA", "SEQUENCE SET", …
  Section section = Section::none;
  std::string definition;  // the statement that makes it
  std::string drop;
  std::string copy;  // "COPY public.dcim_site (id, name) FROM stdin;\n", for TABLE DATA
  std::string schema;
  std::string owner;
  std::vector<int> dependencies;
  std::string file;  // member without the ending of its compression ("3456.dat"); empty: none
};

/// The table of contents of an archive in PostgreSQL's directory format (toc.dat).
struct Toc {
  int version_major = 0;  // of the archive format: 1.14 for PostgreSQL 15
  int version_minor = 0;
  Compression compression = Compression::none;
  std::string database;
  std::string server_version;
  std::string dumper_version;
  std::vector<TocEntry> entries;

  const TocEntry* find(int id) const;
};

/// Reads a whole toc.dat, archive formats 1.12 to 1.16 (pg_dump 11 to 18). Nothing in it is
/// trusted: lengths and counts are bounded, dump ids are unique, member names are plain names.
/// Errors: corrupt (naming `name` and the byte); undetermined for a newer format and for an archive
/// of another kind (custom, tar).
/// Source of the layout: src/bin/pg_dump/pg_backup_archiver.c of PostgreSQL 11 to 18, ReadHead and
/// ReadToc, and the archives that tests/integration makes with the installed pg_dump.
Toc readToc(core::Source& source, const std::string& name);

/// What a SEQUENCE SET entry will set.
struct SequenceValue {
  std::string sequence;  // "public.dcim_site_id_seq", quoted as in SQL
  std::int64_t last_value = 0;
  bool is_called = false;
};

/// Nothing for an entry of another kind, or one that pg_dump would not have written.
std::optional<SequenceValue> sequenceValue(const TocEntry& entry);

}  // namespace dump
