#include "lib/database/schema.hpp"

#include <algorithm>
#include <string>

#include "lib/core/digest.hpp"
#include "lib/core/text.hpp"
#include "lib/database/expression.hpp"
#include "lib/database/schema_queries.hpp"

namespace database {
namespace {

using Lines = std::map<std::string, std::vector<std::string>>;

void collect(ports::Sql& session, const std::string& sql, Lines& lines) {
  const ports::SqlRows rows = session.query(sql);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string& line = rows.text(i, "line");
    lines[rows.text(i, "object")].push_back(rows.boolean(i, "verbatim") ? line
                                                                        : stableExpression(line));
  }
}

}  // namespace

void measureSchema(ports::Sql& session, Facts& facts) {
  Lines lines;
  for (const std::string_view query : queries::kOfRelations) {
    collect(session, std::string(queries::kRelations) + std::string(query), lines);
  }
  for (const std::string_view query : {queries::kSequences, queries::kFunctions, queries::kTypes,
                                       queries::kSchemas, queries::kCollations}) {
    collect(session, std::string(query), lines);
  }
  for (auto& [object, of_object] : lines) {
    std::sort(of_object.begin(), of_object.end());
    facts.schema[object] = core::sha256(core::join(of_object, "\n")).substr(0, 16);
  }
  const ports::SqlRows rights = session.query(queries::kRights);
  for (std::size_t i = 0; i < rights.size(); ++i) {
    facts.rights[rights.text(i, "object")] = rights.text(i, "line");
  }
}

}  // namespace database
