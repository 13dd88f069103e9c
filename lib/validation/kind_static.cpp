#include <fmt/format.h>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/validation/api.hpp"
#include "lib/validation/browser.hpp"
#include "lib/validation/kinds.hpp"

namespace validation {
namespace {

using core::Outcome;

constexpr std::size_t kTried = 4;

/// What is wrong with one file; empty if it is served.
std::string wrongWith(const Browser::Page& page) {
  if (page.elsewhere) return "it is sent elsewhere";
  if (page.response.status != 200) return fmt::format("status {}", page.response.status);
  if (page.response.body.empty()) return "it is empty";
  const auto type = page.response.headers.find("content-type");
  const bool html =
      type != page.response.headers.end() && type->second.find("text/html") != std::string::npos;
  return html ? "it is a page of HTML" : "";
}

checks::CheckResult askStatic(const Site& site, const checks::Arguments& arguments) {
  const std::string base = baseUrl(site, arguments);
  return answered("static files", [&]() -> checks::CheckResult {
    core::CheckResult result{{}, "static files", Outcome::fail, {}, {}, {}};
    Browser browser(site.world.http, base);
    const auto page = browser.get(urlOf(site, arguments, arguments.text("path", "/login/")));
    if (page.elsewhere) {
      result.outcome = Outcome::unknown;
      result.found = "the page is at the single sign-on: it names none of our files";
      result.hint = "Name a page that needs no login with `path`.";
      return result;
    }
    if (page.response.status != 200) {
      result.found = statusInWords(page.response);
      return result;
    }
    const auto files = staticFiles(page.response.body);
    if (files.empty()) {
      result.found = fmt::format("{} names no file below /static/", page.url);
      return result;
    }
    std::size_t tried = 0;
    for (const std::string& file : files) {
      if (++tried > kTried) break;
      const std::string wrong = wrongWith(browser.get(urlOf(site, arguments, file)));
      if (wrong.empty()) continue;
      result.found = fmt::format("{}: {}", core::printable(file), wrong);
      result.hint =
          "`manage.py collectstatic` makes them; the web server must be able to read them.";
      return result;
    }
    result.outcome = Outcome::pass;
    result.found = fmt::format("{} of the {} that the login page names",
                               std::min(files.size(), kTried), files.size());
    return result;
  });
}

}  // namespace

void addStatic(checks::Kinds& kinds, const Site& site) {
  kinds.add("static", {{}, {"url", "path"}, false, [site](const checks::Arguments& arguments) {
                         return askStatic(site, arguments);
                       }});
}

}  // namespace validation
