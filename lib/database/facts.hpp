#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lib/core/json_fwd.hpp"
#include "lib/core/time.hpp"

namespace database {

/// Which server and which database was talked to. A plan is bound to it, and a later look that
/// gives another one means that somebody else's database answered.
struct Identity {
  std::string system;      // system identifier of the cluster; empty: could not determine
  int server_version = 0;  // 150020
  std::string server_version_text;
  std::string database;
  std::int64_t oid = 0;
  bool in_recovery = false;
  std::string checksums;  // "on", "off"

  int major() const { return server_version / 10000; }
  bool operator==(const Identity&) const = default;
};

struct TableFacts {
  std::string schema;
  std::string name;
  std::optional<std::int64_t> rows;
  /// Of the rows' lines of COPY text (dump::RowSum). Nothing where the table could not be read.
  std::optional<std::string> digest;
  std::string unknown;  // why rows or digest could not be determined
  std::uint64_t bytes = 0;
  std::vector<std::string> columns{};  // in the order in which the digest has them

  std::string object() const { return schema + "." + name; }
};

struct SequenceFacts {
  std::string schema;
  std::string name;
  std::optional<std::int64_t> last_value;  // nothing: no right to read it
  bool is_called = false;

  std::string object() const { return schema + "." + name; }
};

struct ExtensionFacts {
  std::string name;
  std::string version;
  std::string schema;
};

/// State of the application's migrations, as it is in the database.
struct MigrationFacts {
  std::int64_t count = 0;
  std::map<std::string, std::string> heads;  // application -> newest applied migration
};

/// How the database was created; what CREATE DATABASE of a copy needs.
struct DatabaseSettingsFacts {
  std::string owner;
  std::string encoding;  // "UTF8"
  std::string provider;  // "libc", "icu", "builtin"
  std::string collate;
  std::string ctype;
  std::string locale;             // of the icu or builtin provider
  std::string collation_version;  // as recorded when it was created
  std::uint64_t bytes = 0;
};

/// Measured facts of a database at one moment, all of one snapshot. (Sequences are not covered by
/// snapshots: their values are of the moment of reading. A backup set's are those that its dump
/// holds.)
struct Facts {
  Identity identity;
  DatabaseSettingsFacts settings;
  core::Time taken{};   // the server's clock
  std::string lsn;      // position in the write-ahead log
  std::string digests;  // how row digests were made; digests of another kind are not compared
  std::vector<TableFacts> tables;
  std::vector<SequenceFacts> sequences;
  std::vector<ExtensionFacts> extensions;
  std::map<std::string, std::string> schema;      // object -> digest of its definition
  std::map<std::string, std::string> rights;      // object -> owner and granted rights
  std::map<std::string, std::string> collations;  // collation -> version in use
  std::optional<std::int64_t> large_objects;
  std::optional<std::string> large_object_digest;
  std::optional<MigrationFacts> migrations;

  const TableFacts* table(const std::string& schema, const std::string& name) const;
  std::int64_t rows() const;
};

core::Json toJson(const Identity& identity);
core::Json toJson(const Facts& facts);
/// Throw core::Json::exception for a wrong shape.
Identity identityFromJson(const core::Json& json);
Facts factsFromJson(const core::Json& json);

}  // namespace database
