#include "lib/ports/http.hpp"

#include <thread>

#include "lib/adapters/curl.hpp"
#include "tests/catch.hpp"
#include "tests/fakes/http.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/kinds.hpp"
#include "tests/support/loopback_server.hpp"

using namespace std::chrono_literals;
using support::kindOf;

namespace {

ports::HttpRequest get(const std::string& url) {
  ports::HttpRequest request;
  request.url = url;
  return request;
}

/// What every HTTP port does against a server that answers as answer() does.
void keepsContract(ports::Http& http, core::Cancellation& cancellation, const std::string& base) {
  const ports::HttpResponse response = http.send(get(base + "/api/status/"));
  CHECK(response.status == 200);
  CHECK(response.body == "{\"netbox-version\": \"3.2.9\"}");
  CHECK(response.headers.at("api-version") == "3.2");
  CHECK(http.send(get(base + "/missing")).status == 404);
  CHECK(http.send(get(base + "/old")).status == 302);
  ports::HttpRequest post = get(base + "/echo");
  post.method = "POST";
  post.body = "a body";
  post.headers["Authorization"] = core::Secret("Token abc");
  CHECK(http.send(post).body == "a body");
  CHECK(kindOf([&] { http.send(get("http://127.0.0.1:1/")); }) == "unreachable");
  cancellation.request();
  CHECK(kindOf([&] { http.send(get(base + "/")); }) == "interrupted");
}

std::string answer(const std::string& request) {
  const auto is = [&](const char* line) { return request.starts_with(line); };
  if (is("GET /api/status/")) {
    return support::response(200, "{\"netbox-version\": \"3.2.9\"}", "API-Version: 3.2\r\n");
  }
  if (is("GET /old")) return support::response(302, "gone", "Location: /api/status/\r\n");
  if (is("GET /loop")) return support::response(302, "", "Location: /loop\r\n");
  if (is("GET /elsewhere")) return support::response(302, "", "Location: file:///etc/passwd\r\n");
  if (is("GET /silence")) return "silence";
  if (is("GET /cut")) return "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort";
  if (is("GET /large")) return support::response(200, std::string(9 << 20, 'x'));
  if (is("POST /echo")) return support::response(200, request.substr(request.find("\r\n\r\n") + 4));
  if (is("HEAD ")) return "HTTP/1.1 204 Empty\r\nContent-Length: 5\r\n\r\n";
  return support::response(404, "");
}

struct Curl {
  core::Cancellation cancellation;
  adapters::CurlHttp http{cancellation};
  support::LoopbackServer server{answer};
};

}  // namespace

TEST_CASE("libcurl keeps the contract of HTTP") {
  Curl curl;
  std::string base = curl.server.url();
  base.pop_back();
  keepsContract(curl.http, curl.cancellation, base);
  CHECK_THAT(curl.server.requests().back(), Catch::Contains("Authorization: Token abc\r\n"));
}

TEST_CASE("the fake keeps the contract of HTTP") {
  core::Cancellation cancellation;
  fakes::FakeHttp http(cancellation);
  http.on("GET", "*/api/status/")
      .gives(200, "{\"netbox-version\": \"3.2.9\"}")
      .header("api-version", "3.2");
  http.on("GET", "*/missing").gives(404);
  http.on("GET", "*/old").gives(302);
  http.on("POST", "*/echo").does([](const ports::HttpRequest& request) {
    return ports::HttpResponse{.status = 200, .headers = {}, .body = request.body};
  });
  http.on("GET", "http://127.0.0.1:1/").fails({core::Kind::unreachable, "connection refused"});
  keepsContract(http, cancellation, "http://netbox.example");
}

TEST_CASE("redirections are followed when asked, within HTTP and five times at most") {
  Curl curl;
  ports::HttpRequest request = get(curl.server.url("/old"));
  request.follow_redirects = true;
  const ports::HttpResponse response = curl.http.send(request);
  CHECK(response.status == 200);
  CHECK_FALSE(response.headers.contains("location"));
  CHECK(response.body.starts_with("{"));
  request.url = curl.server.url("/loop");
  CHECK(kindOf([&] { curl.http.send(request); }) == "unexpected");
  request.url = curl.server.url("/elsewhere");
  CHECK(kindOf([&] { curl.http.send(request); }) == "usage");
}

TEST_CASE("a silent server, a cut answer and a long answer are three different errors") {
  Curl curl;
  ports::HttpRequest request = get(curl.server.url("/silence"));
  request.limit = 300ms;
  CHECK(kindOf([&] { curl.http.send(request); }) == "timed_out");
  CHECK(kindOf([&] { curl.http.send(get(curl.server.url("/cut"))); }) == "unreachable");
  CHECK(kindOf([&] { curl.http.send(get(curl.server.url("/large"))); }) == "unexpected");
}

TEST_CASE("an interrupt ends a request soon") {
  Curl curl;
  std::thread later([&] {
    std::this_thread::sleep_for(100ms);
    curl.cancellation.request();
  });
  const auto begun = std::chrono::steady_clock::now();
  CHECK(kindOf([&] { curl.http.send(get(curl.server.url("/silence"))); }) == "interrupted");
  CHECK(std::chrono::steady_clock::now() - begun < 3s);
  later.join();
}

TEST_CASE("only http and https are spoken, no proxy is used, and HEAD has no body") {
  Curl curl;
  CHECK(kindOf([&] { curl.http.send(get("file:///etc/passwd")); }) == "usage");
  setenv("http_proxy", "http://127.0.0.1:1", 1);
  CHECK(curl.http.send(get(curl.server.url("/api/status/"))).status == 200);
  unsetenv("http_proxy");
  ports::HttpRequest head = get(curl.server.url("/"));
  head.method = "HEAD";
  CHECK(curl.http.send(head).status == 204);
  head.headers["X-Bad"] = core::Secret("a\r\nb: c");
  CHECK(kindOf([&] { curl.http.send(head); }) == "usage");
}

TEST_CASE("an error shows neither login nor query of an address") {
  Curl curl;
  try {
    curl.http.send(get("http://ada:geheim@127.0.0.1:1/path?token=geheim"));
    FAIL("no error");
  } catch (const core::Error& error) {
    CHECK_THAT(error.what(),
               Catch::Contains("http://127.0.0.1:1/path") && !Catch::Contains("geheim"));
  }
}
