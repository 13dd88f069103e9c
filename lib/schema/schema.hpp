#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lib/core/json_fwd.hpp"

namespace schema {

/// Something that a schema is made of. Its facts are texts by name; a fact that is not there is not
/// known (a dump does not say which version an extension has), an empty one is none.
///
/// table: unlogged. column: type, null, default, identity, generated, collation, position.
/// constraint: definition, validated. index: definition, valid. sequence: type, start, increment,
/// least, most, cache, cycle, owner, last (value that it gave), largest (of its column). view,
/// function, trigger, type: definition. extension: version, schema. collation: definition, version,
/// actual_version. database: encoding, collate, ctype, version, actual_version. rights: owner,
/// grants.
struct Object {
  std::string kind;
  std::string table;  // "public.dcim_site", of a column, constraint, index, trigger; else empty
  std::string name;   // with its schema where it has one: "public.dcim_site_id_seq"
  std::map<std::string, std::string> facts{};

  /// "column name of public.dcim_site".
  std::string inWords() const;
  /// The fact, or "".
  const std::string& fact(const std::string& which) const;
};

/// The schema of a database at one moment.
struct Schema {
  std::string from;             // "database netbox", "dump /x", "snapshot /y"
  std::string server_version;   // "15.20"; empty: not known
  std::set<std::string> kinds;  // that were looked for
  std::vector<Object> objects{};

  const Object* find(const std::string& kind, const std::string& table,
                     const std::string& name) const;
  std::size_t count(const std::string& kind) const;
};

/// A stored snapshot: {"format": 1, "sotctl": "schema", …}.
core::Json toJson(const Schema& schema);
/// Errors: corrupt (another shape), undetermined (a later format); `name` is how errors call it.
Schema fromJson(const core::Json& json, const std::string& name);

/// Sequences that stand before the largest value of their column: the next insert fails.
/// "public.x_id_seq stands at 3, and public.x.id goes up to 24".
std::vector<std::string> sequencesBehind(const Schema& schema);

/// Collations whose version at the server is another one than that which the indexes were made
/// with.
std::vector<std::string> collationsChanged(const Schema& schema);

}  // namespace schema
