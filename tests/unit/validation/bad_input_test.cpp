#include <fstream>
#include <sstream>

#include "tests/unit/validation/trio.hpp"

using Catch::Matchers::Contains;
using core::Outcome;
using namespace validation_test;

namespace {

const core::Json kTags{{"path", "/api/extras/tags/?limit=1"}, {"at_most", "0"}};
const std::string kTagsUrl = "http://n/api/extras/tags/?limit=1";

checks::CheckResult asked(const std::string& kind, const Scene& scene) {
  Bench bench;
  const core::Json arguments = scene(bench);
  return bench.ask(kind, arguments);
}

core::Error refused() { return {core::Kind::unreachable, "can't reach http://n: refused"}; }

}  // namespace

TEST_CASE("the application is down: what asks it fails, and what needs only files goes on") {
  Bench bench;
  bench.fakes.http.on("GET", "*").fails(refused()).always();
  for (const char* kind : {"login-page", "login", "static", "release", "data-sources"}) {
    INFO(kind);
    const auto result = bench.ask(kind);
    CHECK(result.outcome == Outcome::fail);
    CHECK_THAT(result.found, Contains("refused"));
  }
  bench.fakes.files.put("/stamp", "x");
  CHECK(bench.ask("file-age", {{"file", "/stamp"}}).outcome == Outcome::pass);
}

TEST_CASE("the database is down: what reads from it can't tell, and asking it fails") {
  for (const char* kind : {"reports", "sequences", "collations", "media-files", "custom-links",
                           "upgrade-steps", "clock"}) {
    INFO(kind);
    const auto result = asked(kind, databaseDown());
    CHECK(result.outcome == Outcome::unknown);
    CHECK_THAT(result.found, Contains("netbox"));
  }
  CHECK(asked("sql", databaseDown()).outcome == Outcome::fail);
}

TEST_CASE("pages answer 200 and the API fails: the API is what counts") {
  Bench bench;
  bench.fakes.http.on("GET", "http://n/login/")
      .gives(200, "<input name=\"username\"><input name=\"password\">");
  bench.fakes.http.on("GET", "http://n/api/*").gives(500, R"({"error": "boom"})").always();
  CHECK(bench.ask("login-page").outcome == Outcome::pass);
  CHECK_THAT(bench.ask("api", kTags).found, Contains("status 500"));
  CHECK(bench.ask("release").outcome == Outcome::fail);
}

TEST_CASE("an answer of another form is told as what it is") {
  const auto html = [](Bench& bench) {
    bench.fakes.http.on("GET", kTagsUrl)
        .gives(200, "<h1>hello</h1>")
        .header("content-type", "text/html");
    return kTags;
  };
  CHECK_THAT(asked("api", html).found, Contains("HTML, not JSON"));
  CHECK_THAT(asked("api", httpGives("GET", kTagsUrl, 200, "{\"count\":", kTags)).found,
             Contains("no JSON"));
  CHECK_THAT(asked("api", httpGives("GET", kTagsUrl, 200, "[1]", kTags)).found,
             Contains("no list of objects"));
}

TEST_CASE("redirections in a circle come to an end") {
  const auto result = asked("login-page", [](Bench& bench) {
    bench.fakes.http.on("GET", "http://n/login/").gives(302).header("location", "/login/").always();
    return kNoArguments;
  });
  CHECK(result.outcome == Outcome::fail);
  CHECK_THAT(result.found, Contains("in a circle"));
}

TEST_CASE("a token that expired, or has no right, is told in the application's words") {
  for (const char* words :
       {"Token expired", "You do not have permission to perform this action."}) {
    const auto result = asked(
        "api",
        httpGives("GET", kTagsUrl, 403, R"({"detail": ")" + std::string(words) + R"("})", kTags));
    CHECK(result.outcome == Outcome::unknown);
    CHECK_THAT(result.found, Contains(words));
    CHECK_FALSE(result.hint.empty());
  }
}

TEST_CASE("pages of a list that never end are a failure, and are not read for ever") {
  const std::string first = "http://n/api/core/data-sources/?limit=500";
  const auto around = asked("data-sources", [&](Bench& bench) {
    bench.fakes.http.on("GET", first)
        .gives(200, R"({"results": [{"name": "a"}], "next": ")" + first + R"("})")
        .always();
    return kNoArguments;
  });
  CHECK(around.outcome == Outcome::fail);
  CHECK_THAT(around.found, Contains("never end"));
  int pages = 0;
  const auto onward = asked("data-sources", [&](Bench& bench) {
    bench.fakes.http.on("GET", "http://n/api/core/data-sources/*")
        .does([&pages](const ports::HttpRequest&) {
          std::string page = R"({"results": [)";
          for (int i = 0; i < 999; ++i) page += R"({"name": "a"},)";
          page += R"({"name": "a"}], "next": "http://n/api/core/data-sources/?offset=)" +
                  std::to_string(++pages) + R"("})";
          return ports::HttpResponse{200, {}, page};
        })
        .always();
    return kNoArguments;
  });
  CHECK(onward.outcome == Outcome::fail);
  CHECK_THAT(onward.found, Contains("never end"));
  CHECK(pages < 50);
}

TEST_CASE("a certificate that nobody signed can't tell how the application is") {
  for (const char* kind : {"login-page", "release", "needs-login"}) {
    INFO(kind);
    CHECK(asked(kind, untrustedCertificate(kNoArguments)).outcome == Outcome::unknown);
  }
}

TEST_CASE("a web server without anything behind it is named as such") {
  for (const int status : {502, 503}) {
    CHECK_THAT(asked("login-page",
                     httpGives("GET", "http://n/login/", status, "<h1>no</h1>", kNoArguments))
                   .found,
               Contains("nothing behind it that answers"));
  }
}

TEST_CASE("a worker that is missing is told in the application's own words") {
  // As NetBox 3.2.9 answers.
  const char* const words = "Unable to process request: RQ worker process not running.";
  const auto result = asked("run-reports", [&](Bench& bench) {
    bench.fakes.http.on("GET", "http://n/api/extras/reports/")
        .gives(200, R"([{"id": "devices.Serials", "name": "Serials"}])")
        .times(2);
    bench.fakes.http.on("POST", "http://n/api/extras/reports/devices.Serials/run/")
        .gives(503, R"({"detail": ")" + std::string(words) + R"("})")
        .header("content-type", "application/json");
    return kNoArguments;
  });
  CHECK(result.outcome == Outcome::fail);
  CHECK_THAT(result.found, Contains("status 503") && Contains(words));
}

TEST_CASE("a job that never ends is given up, and the answer says so") {
  const auto result = asked("job", [](Bench& bench) {
    bench.fakes.shell.on("redis-cli *")
        .does([](const ports::Command&, const std::string& input) {
          ports::Outcome outcome;
          if (input.starts_with("HGET")) outcome.out = "started\n";
          return outcome;
        })
        .always();
    return core::Json{{"within", "3s"}};
  });
  CHECK(result.outcome == Outcome::fail);
  CHECK_THAT(result.found, Contains("still started after 3"));
  CHECK_THAT(result.hint, Contains("does not come to an end"));
}

TEST_CASE("an unknown check is refused with the nearest names, one that asserts nothing with why") {
  Bench bench;
  CHECK_THAT(bench.refused("login-pag", kNoArguments), Contains("no check kind login-pag"));
  CHECK_THAT(bench.refused("api", {{"path", "/api/"}}), Contains("assert nothing"));
  CHECK_THAT(bench.refused("timer", {{"unit", " "}}), Contains("assert nothing"));
  CHECK_THAT(bench.refused("certificate", kNoArguments), Contains("assert nothing"));
  CHECK_THAT(bench.refused("api-fields", {{"path", "/api/"}, {"fields", core::Json::array()}}),
             Contains("assert nothing"));
}

TEST_CASE("each kind of check is in the documents") {
  std::ifstream file(SOTCTL_SOURCE_FOLDER "/docs/checks.md");
  std::stringstream text;
  text << file.rdbuf();
  for (const std::string& kind : Bench().kinds().names()) {
    INFO("docs/checks.md says nothing of " << kind);
    CHECK(text.str().find("`" + kind + "`") != std::string::npos);
  }
}
