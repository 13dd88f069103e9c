#include <fmt/format.h>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/database/database.hpp"
#include "lib/validation/api.hpp"
#include "lib/validation/combined.hpp"
#include "lib/validation/kinds.hpp"

namespace validation {
namespace {

using core::Outcome;

/// A query that finds what must not be: each row is one offender, its fields are what is told.
checks::CheckResult askNone(const Site& site, const checks::Arguments& arguments) {
  const std::string what = arguments.text("what", "rows");
  core::CheckResult result{{}, what, Outcome::pass, {}, {}, {}};
  const auto session = database::Database(site.world, site.instance).application();
  const auto rows = session->query(arguments.text("query"));
  const int most = arguments.number("at_most", 0);
  std::vector<std::string> found;
  for (const auto& row : rows.rows) {
    std::vector<std::string> fields;
    for (const auto& field : row) fields.push_back(field ? core::printable(*field) : "NULL");
    found.push_back(core::join(fields, " ").substr(0, 120));
  }
  const auto count = static_cast<std::int64_t>(rows.size());
  result.found =
      count == 0 ? "none" : fmt::format("{}: {}", core::formatCount(count), someOf(found));
  if (count > most) {
    result.outcome = Outcome::fail;
    result.wanted = most == 0 ? "none" : fmt::format("at most {}", most);
  }
  return {result, {{"rows", static_cast<double>(count), "", "", std::to_string(most), "0", ""}}};
}

/// One question to the REST API: a value at a place, or how many objects a list has.
checks::CheckResult askApi(const Site& site, const checks::Arguments& arguments) {
  const std::string path = arguments.text("path");
  return answered("API " + core::printable(path), [&]() -> checks::CheckResult {
    core::CheckResult result{{}, "API " + core::printable(path), Outcome::pass, {}, {}, {}};
    Api api(site, arguments);
    const core::Json json = api.get(path);
    if (arguments.has("json_path")) {
      const core::Json::json_pointer place(arguments.text("json_path"));
      if (!json.contains(place)) {
        result.outcome = Outcome::fail;
        result.found = "there is nothing at " + arguments.text("json_path");
        return result;
      }
      const core::Json& value = json.at(place);
      const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
      result.found =
          fmt::format("{} is {}", arguments.text("json_path"), core::printable(text.substr(0, 80)));
      const std::string wanted = arguments.text("json_value", text);
      if (text != wanted) {
        result.outcome = Outcome::fail;
        result.wanted = wanted;
      }
      return result;
    }
    if (!json.contains("count")) {
      result.outcome = Outcome::fail;
      result.found = "it is no list of objects";
      return result;
    }
    const int count = json["count"].get<int>();
    const int most = arguments.number("at_most", count);
    const int least = arguments.number("at_least", 0);
    result.found = core::plural(count, "object", "objects");
    if (count > most || count < least) {
      result.outcome = Outcome::fail;
      result.wanted =
          count > most ? fmt::format("at most {}", most) : fmt::format("at least {}", least);
    }
    return {result, {{"objects", static_cast<double>(count), "", "", "", "0", ""}}};
  });
}

void examineApi(const checks::Arguments& arguments) {
  const bool counts = arguments.has("at_most") || arguments.number("at_least", 0) > 0;
  if (arguments.has("json_path") || counts) {
    if (arguments.has("json_path")) {
      try {
        core::Json::json_pointer{arguments.text("json_path")};
      } catch (const core::Json::exception&) {
        throw core::Error(core::Kind::configuration,
                          "json_path is no JSON pointer: it begins with /");
      }
    }
    return;
  }
  throw core::Error(core::Kind::configuration, "it would assert nothing",
                    "Give json_path, at_most or at_least.");
}

/// Where nobody without a login may come: the answer must not be the page.
checks::CheckResult askClosed(const Site& site, const checks::Arguments& arguments) {
  const std::string path = arguments.text("path", "/api/docs/");
  return answered("without a login", [&]() -> checks::CheckResult {
    ports::HttpRequest request;
    request.url = urlOf(site, arguments, path);
    const auto response = site.world.http.send(request);
    core::CheckResult result{{}, core::printable(path) + " without a login", Outcome::pass, {}, {},
                             {}};
    result.found = statusInWords(response);
    if (response.status >= 200 && response.status < 300) {
      result.outcome = Outcome::fail;
      result.found = "everybody can read it";
      result.hint = "LOGIN_REQUIRED keeps it for those who have logged in.";
    } else if (response.status >= 500) {
      result.outcome = Outcome::unknown;
    }
    return result;
  });
}

/// Custom links whose template can't work: brackets that do not belong together.
std::string wrongTemplate(const std::string& text) {
  for (const auto& [open, close] : {std::pair{"{{", "}}"}, {"{%", "%}"}}) {
    std::size_t at = 0;
    while ((at = text.find(open, at)) != std::string::npos) {
      const auto end = text.find(close, at);
      if (end == std::string::npos) return fmt::format("a {} without its {}", open, close);
      at = end;
    }
  }
  std::vector<std::string> blocks;
  for (std::size_t at = 0; (at = text.find("{%", at)) != std::string::npos; ++at) {
    std::string inner(
        core::trim(std::string_view(text).substr(at + 2, text.find("%}", at) - at - 2)));
    while (inner.starts_with("-") || inner.starts_with("+")) inner.erase(0, 1);
    const std::string word(core::trim(inner).substr(0, core::trim(inner).find(' ')));
    if (word == "if" || word == "for") blocks.push_back(word);
    if (word == "endif" || word == "endfor") {
      if (blocks.empty() || "end" + blocks.back() != word)
        return "an " + word + " without its beginning";
      blocks.pop_back();
    }
  }
  return blocks.empty() ? "" : "an " + blocks.back() + " without its end";
}

checks::CheckResult askLinks(const Site& site) {
  core::CheckResult result{{}, "custom links", Outcome::pass, {}, {}, {}};
  const auto session = database::Database(site.world, site.instance).application();
  const auto there = session->query("SELECT to_regclass('extras_customlink') IS NOT NULL AS has");
  if (!there.boolean(0, "has")) {
    result.outcome = Outcome::skip;
    result.found = "the database has no table of custom links";
    return result;
  }
  const bool netbox = site.instance.product == config::Product::netbox;
  const auto rows = session->query(
      netbox
          ? "SELECT name, link_text AS text, link_url AS url FROM extras_customlink ORDER BY name"
          : "SELECT name, text, target_url AS url FROM extras_customlink ORDER BY name");
  std::vector<std::string> wrong;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    for (const char* column : {"text", "url"}) {
      const std::string why = wrongTemplate(rows.text(row, column));
      if (!why.empty()) wrong.push_back(core::printable(rows.text(row, "name")) + " has " + why);
    }
  }
  result.found =
      wrong.empty()
          ? fmt::format("{}, none with a broken template",
                        core::plural(static_cast<std::int64_t>(rows.size()), "link", "links"))
          : someOf(wrong);
  if (!wrong.empty()) result.outcome = Outcome::fail;
  return result;
}

}  // namespace

void addPolicies(checks::Kinds& kinds, const Site& site) {
  kinds.add("sql-none",
            {{"query"}, {"what", "at_most"}, false, [site](const checks::Arguments& arguments) {
               return askNone(site, arguments);
             }});
  kinds.add("api", {{"path"},
                    {"json_path", "json_value", "at_most", "at_least", "url"},
                    false,
                    [site](const checks::Arguments& arguments) { return askApi(site, arguments); },
                    examineApi});
  kinds.add("needs-login", {{}, {"path", "url"}, false, [site](const checks::Arguments& arguments) {
                              return askClosed(site, arguments);
                            }});
  kinds.add("custom-links",
            {{}, {}, false, [site](const checks::Arguments&) { return askLinks(site); }});
}

}  // namespace validation
