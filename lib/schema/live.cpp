#include "lib/schema/live.hpp"

#include <map>

#include "lib/core/json.hpp"
#include "lib/core/text.hpp"
#include "lib/database/sequences.hpp"
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

/// Where sequences stand, and the largest value of the column that each is for.
void addValues(ports::Sql& session, Schema& schema) {
  std::map<std::string, database::SequenceState> states;
  for (auto& state : database::sequenceStates(session)) states[state.name] = state;
  for (Object& one : schema.objects) {
    const auto found = one.kind == "sequence" ? states.find(one.name) : states.end();
    if (found == states.end()) continue;
    const database::SequenceState& state = found->second;
    one.facts["last"] = std::to_string(state.next - state.step);
    one.facts["largest"] = state.largest ? std::to_string(*state.largest) : "";
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
    addValues(session, schema);
  } catch (...) {
    if (session.alive()) session.query("ROLLBACK");
    throw;
  }
  session.query("COMMIT");
  return schema;
}

}  // namespace schema
