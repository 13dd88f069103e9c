#include "lib/permissions/upload.hpp"

#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"

using Catch::Matchers::Contains;

namespace {

struct Application {
  fakes::FakeWorld fake;
  config::Instance instance;

  Application() {
    instance.name = "netbox";
    instance.probes = {{"http://nb:8001/login/", 200, {{"Host", "netbox.example"}}}};
  }
  fakes::RouteScript& device() {
    return fake.http.on("GET", "http://nb:8001/api/dcim/devices/?limit=1")
        .gives(200, R"({"count":1,"results":[{"id":7}]})");
  }
  fakes::RouteScript& posted() {
    return fake.http.on("POST", "http://nb:8001/api/extras/image-attachments/");
  }
  permissions::Finding upload() {
    return permissions::tryUpload(fake.world(), instance, core::Secret("t0ken"));
  }
};

}  // namespace

TEST_CASE("an image is uploaded, seen and deleted again", "[permissions]") {
  Application application;
  application.device();
  application.posted().gives(201, R"({"id":41})");
  application.fake.http.on("GET", "http://nb:8001/api/extras/image-attachments/41/").gives(200);
  application.fake.http.on("DELETE", "http://nb:8001/api/extras/image-attachments/41/").gives(204);
  const auto found = application.upload();
  CHECK(found.outcome == core::Outcome::pass);
  const auto& sent = application.fake.http.requests();
  REQUIRE(sent.size() == 4);
  CHECK(sent[1].mutates);
  CHECK(sent[1].headers.at("Authorization").reveal() == "Token t0ken");
  CHECK(sent[1].headers.at("Host").reveal() == "netbox.example");
  CHECK_THAT(sent[1].body, Contains("object_type") && Contains("content_type") &&
                               Contains("dcim.device") && Contains("\r\n\r\n7\r\n"));
}

TEST_CASE("what the application says of a failed upload is told", "[permissions]") {
  Application application;
  application.device();
  SECTION("as JSON") {
    application.posted().gives(
        500,
        R"({"error":"[Errno 13] Permission denied: '/media/a'","exception":"PermissionError"})");
  }
  SECTION("as a page") {
    application.posted().gives(500, "<pre>PermissionError\n[Errno 13] Permission denied</pre>");
  }
  const auto found = application.upload();
  CHECK(found.outcome == core::Outcome::fail);
  CHECK_THAT(found.found, Contains("ermission"));
}

TEST_CASE("an image that can't be deleted again is named", "[permissions]") {
  Application application;
  application.device();
  application.posted().gives(201, R"({"id":"0f-1"})");
  application.fake.http.on("GET", "http://nb:8001/api/extras/image-attachments/0f-1/").gives(200);
  application.fake.http.on("DELETE", "http://nb:8001/api/extras/image-attachments/0f-1/")
      .gives(500);
  const auto found = application.upload();
  CHECK(found.outcome == core::Outcome::fail);
  CHECK_THAT(found.found, Contains("/api/extras/image-attachments/0f-1/"));
}

TEST_CASE("a token without the right, no device and no address are unknown", "[permissions]") {
  Application application;
  SECTION("the token may only read") {
    application.device();
    application.posted().gives(403, R"({"detail":"You do not have permission"})");
  }
  SECTION("no device") { application.device().gives(200, R"({"count":0,"results":[]})"); }
  SECTION("not its API") { application.device().gives(200, "<html>"); }
  SECTION("it does not answer") {
    application.fake.http.on("GET", "http://nb:8001/*")
        .fails({core::Kind::unreachable, "can't connect"});
  }
  SECTION("no address") { application.instance.probes.clear(); }
  const auto found = application.upload();
  CHECK(found.outcome == core::Outcome::unknown);
  CHECK(found.found.find("t0ken") == std::string::npos);
}
