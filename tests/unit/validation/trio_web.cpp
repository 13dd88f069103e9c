#include "tests/unit/validation/trio.hpp"

namespace validation_test {
namespace {

const char* const kForm =
    "<link href=\"/static/netbox.1f.css\"><form><input name=\"csrfmiddlewaretoken\" value=\"t0\">"
    "<input name=\"username\"><input type=\"password\" name=\"password\"></form>";
const std::string kAttachments = "http://n/api/extras/image-attachments/";

/// A login as `probe`; the form is answered with `status` and these headers.
Scene login(int status, const std::string& cookies) {
  return [=](Bench& bench) {
    bench.outside.user = "probe";
    bench.fakes.files.put("/password", "pw\n", 0600);
    bench.outside.password = {config::PasswordReference::From::file, "/password"};
    auto& http = bench.fakes.http;
    http.on("GET", "http://n/login/").gives(200, kForm).always();
    http.on("POST", "http://n/login/")
        .gives(status, kForm)
        .header("location", "/")
        .header("set-cookie", cookies);
    http.on("GET", "http://n/").gives(200, "<p>home</p>").always();
    http.on("POST", "http://n/logout/").gives(302).header("location", "/login/").always();
    return kNoArguments;
  };
}

Scene staticFile(int status) {
  return [=](Bench& bench) {
    bench.fakes.http.on("GET", "http://n/login/").gives(200, kForm);
    bench.fakes.http.on("GET", "http://n/static/netbox.1f.css").gives(status, "body {}");
    return kNoArguments;
  };
}

/// An upload that the application answers with `status`; what was sent comes back.
Scene upload(int status) {
  return [=](Bench& bench) {
    auto& http = bench.fakes.http;
    http.on("GET", kAttachments + "?limit=500").gives(200, R"({"results": []})");
    http.on("GET", "http://n/api/dcim/sites/?limit=1")
        .gives(200, R"({"results": [{"id": 3}]})")
        .times(2);
    auto sent = std::make_shared<std::string>();
    http.on("POST", kAttachments).does([sent, status](const ports::HttpRequest& request) {
      const auto begin = request.body.find("\x89PNG");
      *sent = request.body.substr(begin, request.body.rfind("\r\n--") - begin);
      return ports::HttpResponse{status, {}, R"({"id": 9, "image": "/media/x.png"})"};
    });
    if (status != 201) return kNoArguments;
    http.on("GET", "http://n/media/x.png").does([sent](const ports::HttpRequest&) {
      return ports::HttpResponse{200, {}, *sent};
    });
    http.on("DELETE", kAttachments + "9/").gives(204);
    return kNoArguments;
  };
}

Scene mediaServed(int status) {
  return [=](Bench& bench) {
    bench.fakes.files.put("/etc/nginx/conf.d/netbox.conf",
                          "location /media/ {\n  alias /opt/netbox/media/;\n}\n");
    bench.fakes.http.on("GET", "http://n/media/a.png").gives(status, "x");
    return core::Json{{"file", "a.png"}};
  };
}

}  // namespace

std::vector<Trio> webTrios() {
  const core::Json site{{"path", "/api/dcim/sites/"}, {"body", "{\"name\": \"\"}"}};
  const std::string sites = "http://n/api/dcim/sites/";
  const core::Json metrics{{"page", "/metrics"}, {"expected", "/expected"}};
  const auto page = [=](const char* found, const char* expected) {
    return [=](Bench& bench) {
      bench.fakes.files.put("/expected", expected);
      bench.fakes.http.on("GET", "http://n/metrics").gives(200, found);
      return metrics;
    };
  };
  const core::Json icinga{{"system", "icinga2"}, {"address", "https://m"}, {"host", "web1"}};
  const std::string monitor = "https://m/v1/objects/services?host=web1";
  const auto noToken = [](Bench& bench) {
    bench.outside.token = {};
    return kNoArguments;
  };
  const Scene elsewhere = [](Bench& bench) {
    bench.fakes.http.on("GET", "http://n/login/").gives(302).header("location", "https://sso/x");
    return kNoArguments;
  };
  const Scene nobody_to_log_in = httpGives("GET", "http://n/login/", 200, kForm, kNoArguments);
  return {
      {"login-page", httpGives("GET", "http://n/login/", 200, kForm, kNoArguments),
       httpGives("GET", "http://n/login/", 200, "<h1>welcome</h1>", kNoArguments),
       untrustedCertificate(kNoArguments)},
      {"login", login(302, "csrftoken=c1; Path=/\nsessionid=s1; HttpOnly"), login(200, ""),
       nobody_to_log_in},
      {"static", staticFile(200), staticFile(404), elsewhere},
      {"upload", upload(201), upload(500), noToken},
      {"media-served", mediaServed(200), mediaServed(403),
       [](Bench& bench) {
         untrustedCertificate(kNoArguments)(bench);
         return core::Json{{"file", "a.png"}};
       }},
      {"bad-write", httpGives("POST", sites, 400, R"({"name": ["may not be blank"]})", site),
       httpGives("POST", sites, 500, "", site), httpGives("POST", sites, 403, "{}", site)},
      {"needs-login", httpGives("GET", "http://n/api/docs/", 403, "{}", kNoArguments),
       httpGives("GET", "http://n/api/docs/", 200, "docs", kNoArguments),
       httpGives("GET", "http://n/api/docs/", 500, "", kNoArguments)},
      {"metrics", page("racks 5\n", "racks 5\n"), page("racks 6\n", "racks 5\n"),
       page("racks 5\n", "# nothing\n")},
      {"monitors-clear",
       httpGives("GET", monitor, 200, R"({"results": [{"attrs": {"name": "a", "state": 0}}]})",
                 icinga),
       httpGives("GET", monitor, 200, R"({"results": [{"attrs": {"name": "a", "state": 2}}]})",
                 icinga),
       httpGives("GET", monitor, 401, "", icinga)},
  };
}

std::vector<Trio> apiTrios() {
  const std::string tags = "http://n/api/extras/tags/?limit=1";
  const core::Json none{{"path", "/api/extras/tags/?limit=1"}, {"at_most", "0"}};
  const core::Json query{{"query", "{ device_list { name } }"}};
  const core::Json fields{{"path", "/api/dcim/devices/"}, {"fields", {"name", "role"}}};
  const std::string devices = "http://n/api/dcim/devices/";
  const char* const refusal = R"({"detail": "Token expired"})";
  const std::string status = "http://n/api/status/";
  const core::Json release{{"release", "4.2.3"}};
  return {
      {"api", httpGives("GET", tags, 200, R"({"count": 0, "results": []})", none),
       httpGives("GET", tags, 200, R"({"count": 2, "results": []})", none),
       httpGives("GET", tags, 403, refusal, none)},
      {"graphql", httpGives("POST", "http://n/graphql/", 200, R"({"data": {}})", query),
       httpGives("POST", "http://n/graphql/", 200, R"({"errors": [{"message": "no field x"}]})",
                 query),
       httpGives("POST", "http://n/graphql/", 403, refusal, query)},
      {"api-fields",
       httpGives("GET", devices, 200, R"({"results": [{"name": 1, "role": 2}]})", fields),
       httpGives("GET", devices, 200, R"({"results": [{"name": 1}]})", fields),
       httpGives("GET", devices, 200, R"({"results": []})", fields)},
      {"release", httpGives("GET", status, 200, R"({"netbox-version": "4.2.3"})", release),
       httpGives("GET", status, 200, R"({"netbox-version": "4.1.0"})", release),
       httpGives("GET", status, 403, refusal, release)},
  };
}

}  // namespace validation_test
