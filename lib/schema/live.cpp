#include "lib/schema/live.hpp"

#include <fmt/format.h>

#include "lib/core/json.hpp"
#include "lib/core/text.hpp"
#include "lib/schema/live_queries.hpp"
#include "lib/schema/spelling.hpp"

namespace schema {
namespace {

void collect(ports::Sql& session, const std::string& sql, Schema& schema) {
  const ports::SqlRows rows = session.query(sql);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Object one{rows.text(i, "kind"), rows.text(i, "tbl"), rows.text(i, "name"), {}};
    const core::Json facts = core::Json::parse(rows.text(i, "facts"));
    for (const auto& [name, value] : facts.items()) {
      if (value.is_string()) one.facts[name] = value;
    }
    if (one.kind == "index") {
      one.facts["definition"] = withoutIndexName(one.facts["definition"]);
    }
    if (one.kind == "function") one.facts["definition"] = plainFunction(one.facts["definition"]);
    schema.objects.push_back(std::move(one));
  }
}

/// The largest value of each column that a sequence is for: one question for all of them.
void largestValues(ports::Sql& session, Schema& schema) {
  std::string sql;
  std::size_t asked = 0;
  for (std::size_t i = 0; i < schema.objects.size(); ++i) {
    const Object& one = schema.objects[i];
    const std::string& owner = one.fact("owner");
    if (one.kind != "sequence" || owner.empty()) continue;
    // The names come quoted from the server: "schema.table.column".
    const auto dot = owner.rfind(owner.ends_with('"') ? ".\"" : ".");
    const std::string table = owner.substr(0, dot);
    const std::string column = owner.substr(dot + 1);
    sql += fmt::format("{}SELECT {} AS place, max({})::text AS largest FROM {}",
                       asked++ == 0 ? "" : " UNION ALL ", i, column, table);
  }
  if (asked == 0) return;
  const ports::SqlRows rows = session.query(sql);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto place = static_cast<std::size_t>(rows.number(i, "place"));
    schema.objects[place].facts["largest"] = rows.text(i, "largest");
  }
}

}  // namespace

Schema liveSchema(ports::Sql& session, const std::string& name, bool rights) {
  Schema schema;
  schema.from = "database " + name;
  schema.kinds = {"table",    "column", "constraint", "index",     "sequence",  "view",
                  "function", "type",   "trigger",    "extension", "collation", "database"};
  session.query("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
  try {
    session.query("SELECT set_config('search_path', '', true)");
    schema.server_version =
        session.query("SELECT current_setting('server_version') AS v").text(0, "v");
    for (const auto query : queries::kOfRelations) {
      collect(session, std::string(queries::kOwn) + std::string(query), schema);
    }
    for (const auto query : queries::kOthers) collect(session, std::string(query), schema);
    if (rights) {
      schema.kinds.insert("rights");
      collect(session, std::string(queries::kRights), schema);
    }
    largestValues(session, schema);
  } catch (...) {
    if (session.alive()) session.query("ROLLBACK");
    throw;
  }
  session.query("COMMIT");
  return schema;
}

}  // namespace schema
