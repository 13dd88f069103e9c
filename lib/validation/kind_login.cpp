#include <fmt/format.h>

#include "lib/application/password.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/validation/api.hpp"
#include "lib/validation/browser.hpp"
#include "lib/validation/kinds.hpp"

namespace validation {
namespace {

using core::Outcome;

constexpr const char* kToken = "csrfmiddlewaretoken";

/// The page with the login's form; or, where another site asks for the password, where to it sends.
Browser::Page loginPage(Browser& browser, const std::string& url) {
  Browser::Page page = browser.get(url);
  if (page.elsewhere) return page;
  if (page.response.status != 200) {
    throw core::Error(core::Kind::failed_check,
                      fmt::format("{}: {}", page.url, statusInWords(page.response)));
  }
  const std::string& body = page.response.body;
  if (!hasField(body, "username") || !hasField(body, "password")) {
    throw core::Error(core::Kind::failed_check,
                      fmt::format("{} has no form with username and password", page.url));
  }
  return page;
}

checks::CheckResult askLoginPage(const Site& site, const checks::Arguments& arguments) {
  const std::string url = urlOf(site, arguments, arguments.text("path", "/login/"));
  return answered("login page", [&]() -> checks::CheckResult {
    Browser browser(site.world.http, baseUrl(site, arguments));
    const auto page = loginPage(browser, url);
    return core::CheckResult{{},
                             "login page",
                             Outcome::pass,
                             page.elsewhere
                                 ? "it sends to the single sign-on at " +
                                       core::printable(page.url.substr(0, page.url.find('?')))
                                 : "it asks for username and password",
                             {},
                             {}};
  });
}

/// Leaves nothing behind: the session ends with a logout, by form since Django 5.
void logOut(Browser& browser, const std::string& url, const std::string& token) {
  const auto page = browser.post(url, {{kToken, core::Secret(token)}});
  if (page.response.status == 405) browser.get(url);
}

checks::CheckResult askLogin(const Site& site, const checks::Arguments& arguments) {
  const auto& api = site.outside;
  const std::string base = baseUrl(site, arguments);
  return answered("login", [&]() -> checks::CheckResult {
    core::CheckResult result{{}, "login", Outcome::unknown, {}, {}, {}};
    Browser browser(site.world.http, base);
    const std::string url = urlOf(site, arguments, arguments.text("path", "/login/"));
    const auto form = loginPage(browser, url);
    if (form.elsewhere) {
      result.outcome = Outcome::pass;
      result.found = "it goes as far as the single sign-on at " +
                     core::printable(form.url.substr(0, form.url.find('?')));
      return result;
    }
    if (api.user.empty()) {
      result.found = "no user is configured to log in as";
      result.hint = fmt::format("Set user and password in [instance.{}.api].", site.instance.name);
      return result;
    }
    const auto password = application::resolvePassword(site.world, site.instance, api.password);
    const auto home =
        browser.post(form.url, {{kToken, core::Secret(fieldValue(form.response.body, kToken))},
                                {"username", core::Secret(api.user)},
                                {"password", password},
                                {"next", core::Secret("/")}});
    const bool signed_in = browser.hasCookie("sessionid") && home.response.status == 200 &&
                           !hasField(home.response.body, "password");
    if (!signed_in) {
      result.outcome = Outcome::fail;
      result.found = home.response.status == 200
                         ? fmt::format("user {} is sent back to the login page", api.user)
                         : fmt::format("{}: {}", home.url, statusInWords(home.response));
      return result;
    }
    const auto again = browser.get(base + arguments.text("home", "/"));
    const std::string words = arguments.text("body", "");
    const bool good = again.response.status == 200 && !hasField(again.response.body, "password") &&
                      again.response.body.find(words) != std::string::npos;
    logOut(browser, base + "/logout/", fieldValue(again.response.body, kToken));
    result.outcome = good ? Outcome::pass : Outcome::fail;
    result.found = good ? fmt::format("user {} logged in and saw the home page", api.user)
                        : fmt::format("the home page after the login: {}",
                                      again.response.status == 200
                                          ? "it does not say \"" + core::printable(words) + "\""
                                          : statusInWords(again.response));
    return result;
  });
}

}  // namespace

void addLogin(checks::Kinds& kinds, const Site& site) {
  kinds.add("login-page", {{}, {"url", "path"}, false, [site](const checks::Arguments& arguments) {
                             return askLoginPage(site, arguments);
                           }});
  kinds.add("login",
            {{}, {"url", "path", "home", "body"}, true, [site](const checks::Arguments& arguments) {
               return askLogin(site, arguments);
             }});
}

}  // namespace validation
