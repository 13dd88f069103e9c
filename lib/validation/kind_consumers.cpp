#include <fmt/format.h>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/validation/api.hpp"
#include "lib/validation/combined.hpp"
#include "lib/validation/kinds.hpp"

namespace validation {
namespace {

using core::Outcome;

/// A query that somebody else's program sends: it must still be understood. Reads only.
checks::CheckResult askGraphql(const Site& site, const checks::Arguments& arguments) {
  return answered("GraphQL", [&]() -> checks::CheckResult {
    core::CheckResult result{{}, "GraphQL", Outcome::fail, {}, {}, {}};
    Api api(site, arguments);
    const auto response = api.send(
        "POST", arguments.text("path", "/graphql/"),
        {"application/json", core::Json{{"query", arguments.text("query")}}.dump()}, false);
    if (response.status == 401 || response.status == 403) {
      result.outcome = Outcome::unknown;
      result.found = statusInWords(response);
      return result;
    }
    const core::Json json = core::Json::parse(response.body, nullptr, false);
    if (!json.is_object()) {
      result.found = statusInWords(response);
      return result;
    }
    // NetBox answers a query that it does not understand with 200 (strawberry) or 400 (graphene).
    const core::Json errors = json.value("errors", core::Json::array());
    if (!errors.empty()) {
      std::vector<std::string> words;
      for (const core::Json& one : errors)
        words.push_back(core::printable(one.value("message", "?")));
      result.found = someOf(words);
      result.hint = "Its owner has to change the query before the upgrade.";
      return result;
    }
    result.outcome = json.contains("data") ? Outcome::pass : Outcome::fail;
    result.found = json.contains("data") ? "it is understood" : "there is no data in the answer";
    return result;
  });
}

void examineGraphql(const checks::Arguments& arguments) {
  const std::string query(core::trim(arguments.text("query")));
  if (query.empty()) throw core::Error(core::Kind::configuration, "the query is empty");
  if (!query.starts_with("mutation") && !query.starts_with("subscription")) return;
  throw core::Error(core::Kind::configuration,
                    "only queries are sent: a mutation would change something");
}

/// Fields of an object of the REST API that somebody else's program reads.
checks::CheckResult askFields(const Site& site, const checks::Arguments& arguments) {
  const std::string path = arguments.text("path");
  return answered("fields of " + core::printable(path), [&]() -> checks::CheckResult {
    core::CheckResult result{{}, "fields of " + core::printable(path), Outcome::pass, {}, {}, {}};
    Api api(site, arguments);
    const core::Json answer = api.get(path);
    core::Json object = answer;
    if (answer.is_object() && answer.contains("results")) {
      object = answer["results"].empty() ? core::Json(nullptr) : answer["results"][0];
    }
    if (!object.is_object()) {
      result.outcome = Outcome::unknown;
      result.found = "there is no object whose fields could be looked at";
      return result;
    }
    std::vector<std::string> gone;
    for (const std::string& field : arguments.list("fields")) {
      if (!object.contains(field)) gone.push_back(field);
    }
    result.found = gone.empty() ? "all are there" : "gone: " + someOf(gone);
    if (!gone.empty()) {
      result.outcome = Outcome::fail;
      result.hint = "What reads them has to change before the upgrade.";
    }
    return result;
  });
}

}  // namespace

void addConsumers(checks::Kinds& kinds, const Site& site) {
  kinds.add("graphql",
            {{"query"},
             {"path", "url"},
             false,
             [site](const checks::Arguments& arguments) { return askGraphql(site, arguments); },
             examineGraphql});
  kinds.add("api-fields",
            {{"path", "fields"},
             {"url"},
             false,
             [site](const checks::Arguments& arguments) { return askFields(site, arguments); },
             [](const checks::Arguments& arguments) {
               if (!arguments.list("fields").empty()) return;
               throw core::Error(core::Kind::configuration,
                                 "fields names none: it would assert nothing");
             }});
}

}  // namespace validation
