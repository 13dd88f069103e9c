#include "lib/validation/browser.hpp"
#include "tests/unit/validation/bench.hpp"

using Catch::Matchers::Contains;
using core::Outcome;
using validation_test::Bench;

namespace {

const char* const kForm =
    "<link href=\"/static/netbox.1f.css\"><form><input name=\"csrfmiddlewaretoken\" value=\"t0\">"
    "<input name=\"username\"><input type=\"password\" name=\"password\"></form>";
const char* const kHome = "<p>home</p><input name='csrfmiddlewaretoken' value='t1'>";

core::Error refusal() { return {core::Kind::unreachable, "can't reach http://n: refused"}; }

}  // namespace

TEST_CASE("login-page: a form, a single sign-on, an error page, nothing at all") {
  Bench bench;
  bench.fakes.http.on("GET", "http://n/login/").gives(200, kForm);
  CHECK(bench.ask("login-page").outcome == Outcome::pass);
  bench.fakes.http.on("GET", "http://n/login/").gives(302).header("location", "https://sso/x?y=1");
  auto result = bench.ask("login-page");
  CHECK(result.outcome == Outcome::pass);
  CHECK_THAT(result.found, Contains("single sign-on at https://sso/x"));
  bench.fakes.http.on("GET", "http://n/login/").gives(503, "<h1>no</h1>");
  result = bench.ask("login-page");
  CHECK(result.outcome == Outcome::fail);
  CHECK_THAT(result.found, Contains("nothing behind it that answers"));
  bench.fakes.http.on("GET", "http://n/login/").gives(200, "<h1>welcome</h1>");
  CHECK_THAT(bench.ask("login-page").found, Contains("no form with username and password"));
  bench.fakes.http.on("GET", "http://n/login/").fails(refusal());
  CHECK(bench.ask("login-page").outcome == Outcome::fail);
  bench.fakes.http.on("GET", "http://n/login/")
      .fails(core::Error(core::Kind::denied, "the certificate of http://n is not trusted"));
  CHECK(bench.ask("login-page").outcome == Outcome::unknown);
}

TEST_CASE("a redirection in a circle is a failure and comes to an end") {
  Bench bench;
  bench.fakes.http.on("GET", "http://n/login/").gives(302).header("location", "/a/").always();
  bench.fakes.http.on("GET", "http://n/a/").gives(302).header("location", "/login/").always();
  const auto result = bench.ask("login-page");
  CHECK(result.outcome == Outcome::fail);
  CHECK_THAT(result.found, Contains("in a circle"));
}

TEST_CASE("login: session, home page and logout; a wrong password; nobody configured") {
  Bench bench;
  bench.fakes.http.on("GET", "http://n/login/")
      .gives(200, kForm)
      .header("set-cookie", "csrftoken=c0; Path=/")
      .always();
  CHECK(bench.ask("login").outcome == Outcome::unknown);
  bench.outside.user = "probe";
  bench.fakes.files.put("/password", "pw&=\n", 0600);
  bench.outside.password = {config::PasswordReference::From::file, "/password"};
  bench.fakes.http.on("POST", "http://n/login/")
      .gives(302)
      .header("location", "/")
      .header("set-cookie", "csrftoken=c1; Path=/\nsessionid=s1; HttpOnly");
  bench.fakes.http.on("GET", "http://n/").gives(200, kHome).times(2);
  bench.fakes.http.on("POST", "http://n/logout/").gives(302).header("location", "/login/");
  const auto result = bench.ask("login");
  CHECK(result.outcome == Outcome::pass);
  const auto& requests = bench.fakes.http.requests();
  CHECK(requests[2].body == "csrfmiddlewaretoken=t0&username=probe&password=pw%26%3D&next=%2F");
  CHECK(requests[2].headers.at("Cookie").reveal() == "csrftoken=c0");
  CHECK(requests[4].headers.at("Cookie").reveal() == "csrftoken=c1; sessionid=s1");
  CHECK(requests[5].url == "http://n/logout/");
  CHECK(requests[5].body == "csrfmiddlewaretoken=t1");
  bench.fakes.http.on("POST", "http://n/login/").gives(200, kForm);
  const auto wrong = bench.ask("login");
  CHECK(wrong.outcome == Outcome::fail);
  CHECK_THAT(wrong.found, Contains("sent back to the login page"));
}

TEST_CASE("static: the file that the login page names is served, or is not") {
  Bench bench;
  bench.fakes.http.on("GET", "http://n/login/").gives(200, kForm).always();
  bench.fakes.http.on("GET", "http://n/static/netbox.1f.css").gives(200, "body {}");
  CHECK(bench.ask("static").outcome == Outcome::pass);
  bench.fakes.http.on("GET", "http://n/static/netbox.1f.css").gives(404, "no");
  auto result = bench.ask("static");
  CHECK(result.outcome == Outcome::fail);
  CHECK_THAT(result.found, Contains("netbox.1f.css: status 404"));
  bench.fakes.http.on("GET", "http://n/static/netbox.1f.css")
      .gives(200, "<html>")
      .header("content-type", "text/html");
  CHECK_THAT(bench.ask("static").found, Contains("a page of HTML"));
  bench.fakes.http.on("GET", "http://n/other/").gives(302).header("location", "https://sso/");
  CHECK(bench.ask("static", {{"path", "/other/"}}).outcome == Outcome::unknown);
}

TEST_CASE("upload: fetched back and deleted, with what an earlier probe left; refused; no token") {
  Bench bench;
  const std::string list = "http://n/api/extras/image-attachments/";
  std::string sent;
  bench.fakes.http.on("GET", list + "?limit=500")
      .gives(200,
             R"({"results": [{"id": 7, "name": "sotctl-probe-1"}, {"id": 8, "name": "front"}]})");
  bench.fakes.http.on("DELETE", list + "7/").gives(204);
  bench.fakes.http.on("GET", "http://n/api/dcim/sites/?limit=1")
      .gives(200, R"({"results": [{"id": 3}]})")
      .times(2);
  bench.fakes.http.on("POST", list).does([&](const ports::HttpRequest& request) {
    const auto begin = request.body.find("\x89PNG");
    sent = request.body.substr(begin, request.body.rfind("\r\n--") - begin);
    return ports::HttpResponse{201, {}, R"({"id": 9, "image": "/media/image-attachments/x.png"})"};
  });
  bench.fakes.http.on("GET", "http://n/media/image-attachments/x.png")
      .does([&](const ports::HttpRequest&) {
        return ports::HttpResponse{200, {}, sent};
      });
  bench.fakes.http.on("DELETE", list + "9/").gives(204);
  const auto result = bench.ask("upload");
  CHECK(result.outcome == Outcome::pass);
  CHECK_THAT(result.found,
             Contains("fetched back from the web server") && Contains("1 image of an earlier"));

  bench.fakes.http.on("GET", list + "?limit=500").gives(200, R"({"results": []})").times(2);
  bench.fakes.http.on("GET", "http://n/api/dcim/sites/?limit=1")
      .gives(200, R"({"results": [{"id": 3}]})")
      .times(4);
  bench.fakes.http.on("POST", list)
      .gives(500, "<h1>PermissionError</h1>")
      .header("content-type", "text/html");
  CHECK(bench.ask("upload").outcome == Outcome::fail);
  bench.fakes.http.on("POST", list).gives(201, R"({"id": 10, "image": "/media/a.png"})");
  bench.fakes.http.on("GET", "http://n/media/a.png").gives(200, "something else");
  bench.fakes.http.on("DELETE", list + "10/").gives(204);
  CHECK_THAT(bench.ask("upload").found, Contains("another file"));

  bench.fakes.http.on("GET", list + "?limit=500").gives(403, R"({"detail": "Token expired"})");
  const auto expired = bench.ask("upload");
  CHECK(expired.outcome == Outcome::unknown);
  CHECK_THAT(expired.found, Contains("Token expired"));
  bench.outside.token = {};
  CHECK(bench.ask("upload").outcome == Outcome::unknown);
}

TEST_CASE(
    "api: a value, a number of objects; HTML, a redirection, endless pages; asserts something") {
  Bench bench;
  const core::Json tags{{"path", "/api/extras/tags/?limit=1"}, {"at_most", "0"}};
  bench.fakes.http.on("GET", "http://n/api/extras/tags/?limit=1")
      .gives(200, R"({"count": 0, "results": []})");
  CHECK(bench.ask("api", tags).outcome == Outcome::pass);
  bench.fakes.http.on("GET", "http://n/api/extras/tags/?limit=1")
      .gives(200, R"({"count": 2, "results": []})");
  CHECK(bench.ask("api", tags).outcome == Outcome::fail);
  bench.fakes.http.on("GET", "http://n/api/extras/tags/?limit=1")
      .gives(200, "<html>")
      .header("content-type", "text/html");
  CHECK_THAT(bench.ask("api", tags).found, Contains("HTML, not JSON"));
  bench.fakes.http.on("GET", "http://n/api/extras/tags/?limit=1")
      .gives(302)
      .header("location", "/login/");
  CHECK_THAT(bench.ask("api", tags).found, Contains("it sends elsewhere, to /login/"));
  bench.fakes.http.on("GET", "http://n/api/extras/tags/?limit=1")
      .gives(403, R"({"detail": "Invalid token"})");
  CHECK(bench.ask("api", tags).outcome == Outcome::unknown);
  CHECK_THAT(bench.refused("api", {{"path", "/api/"}}), Contains("it would assert nothing"));
}

TEST_CASE("needs-login: open to everybody, closed, an error") {
  Bench bench;
  bench.fakes.http.on("GET", "http://n/api/docs/").gives(200, "docs");
  CHECK(bench.ask("needs-login").outcome == Outcome::fail);
  bench.fakes.http.on("GET", "http://n/api/docs/").gives(302).header("location", "/login/");
  CHECK(bench.ask("needs-login").outcome == Outcome::pass);
  bench.fakes.http.on("GET", "http://n/api/docs/").gives(500);
  CHECK(bench.ask("needs-login").outcome == Outcome::unknown);
}

TEST_CASE("bad-write: refused with words, taken, an error page, no right; never on production") {
  Bench bench;
  const core::Json site{{"path", "/api/dcim/sites/"}, {"body", "{\"name\": \"\"}"}};
  bench.fakes.http.on("POST", "http://n/api/dcim/sites/")
      .gives(400, R"({"name": ["may not be blank"]})");
  CHECK(bench.ask("bad-write", site).outcome == Outcome::pass);
  bench.fakes.http.on("POST", "http://n/api/dcim/sites/").gives(500);
  CHECK(bench.ask("bad-write", site).outcome == Outcome::fail);
  bench.fakes.http.on("POST", "http://n/api/dcim/sites/").gives(201, R"({"id": 5})");
  bench.fakes.http.on("DELETE", "http://n/api/dcim/sites/5/").gives(204);
  CHECK_THAT(bench.ask("bad-write", site).found, Contains("it was taken"));
  bench.fakes.http.on("POST", "http://n/api/dcim/sites/").gives(403, R"({"detail": "no"})");
  CHECK(bench.ask("bad-write", site).outcome == Outcome::unknown);
  bench.instance.environment = config::Environment::production;
  CHECK(bench.ask("bad-write", site).outcome == Outcome::skip);
}

TEST_CASE("metrics: the same, one off, one gone; no page") {
  Bench bench;
  bench.fakes.files.put("/expected", "# HELP x y\ndevices{site=\"a b\"} 100\nracks 5\n");
  const core::Json with{{"page", "/metrics"}, {"expected", "/expected"}};
  bench.fakes.http.on("GET", "http://n/metrics")
      .gives(200, "devices{site=\"a b\"} 103\nracks 5 1700000\n");
  CHECK(bench.ask("metrics", with).outcome == Outcome::pass);
  bench.fakes.http.on("GET", "http://n/metrics").gives(200, "devices{site=\"a b\"} 106\nnew 1\n");
  const auto result = bench.ask("metrics", with);
  CHECK(result.outcome == Outcome::fail);
  CHECK_THAT(result.found, Contains("is 106, expected 100") && Contains("racks is gone") &&
                               Contains("new is new"));
  bench.fakes.files.put("/expected", "# nothing\n");
  bench.fakes.http.on("GET", "http://n/metrics").gives(200, "racks 5\n");
  CHECK(bench.ask("metrics", with).outcome == Outcome::unknown);
}

TEST_CASE("monitors-clear: clear, a problem, acknowledged, unknown host, no monitor") {
  Bench bench;
  const core::Json icinga{{"system", "icinga2"}, {"address", "https://m"}};
  const std::string url = "https://m/v1/objects/services?host=web1";
  bench.fakes.http.on("GET", url)
      .gives(200, R"({"results": [{"attrs": {"name": "http", "state": 0}},
    {"attrs": {"name": "disk", "state": 2, "acknowledgement": 1}}]})");
  CHECK(bench.ask("monitors-clear", icinga).outcome == Outcome::pass);
  bench.fakes.http.on("GET", url)
      .gives(200, R"({"results": [{"attrs": {"name": "http", "state": 2}}]})");
  CHECK(bench.ask("monitors-clear", icinga).outcome == Outcome::fail);
  bench.fakes.http.on("GET", url).gives(200, R"({"results": []})");
  CHECK(bench.ask("monitors-clear", icinga).outcome == Outcome::unknown);
  CHECK(bench.ask("monitors-clear", {{"system", "alertmanager"}, {"address", ""}}).outcome ==
        Outcome::skip);
  CHECK_THAT(bench.refused("monitors-clear", {{"system", "x"}, {"address", "y"}}),
             Contains("must be icinga2"));
}

TEST_CASE("release: the one that is installed, another one, the API says none") {
  Bench bench;
  bench.fakes.files.put("/opt/netbox/netbox/release.yaml", "version: \"4.2.3\"\n");
  bench.fakes.http.on("GET", "http://n/api/status/")
      .gives(200, R"({"netbox-version": "4.2.3"})")
      .times(2);
  CHECK(bench.ask("release").outcome == Outcome::pass);
  CHECK(bench.ask("release", {{"release", "4.2.9"}}).outcome == Outcome::fail);
  bench.fakes.http.on("GET", "http://n/api/status/").gives(200, R"({"netbox-version": "4.2.1"})");
  CHECK_THAT(bench.ask("release").hint, Contains("service restart"));
  bench.fakes.http.on("GET", "http://n/api/status/").gives(403, R"({"detail": "no"})");
  CHECK(bench.ask("release").outcome == Outcome::unknown);
}
