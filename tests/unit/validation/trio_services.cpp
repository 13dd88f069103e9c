#include "tests/unit/service/proc.hpp"
#include "tests/unit/validation/trio.hpp"

namespace validation_test {
namespace {

using config::ServiceRole;

constexpr const char* kListener =
    "   0: 0100007F:1F41 00000000:0000 0A 00000000:00000000 00:00000000 00000000   999        0 "
    "4711 1 0 100 0 0 10 0\n";

Scene service(const std::string& active, core::Json arguments) {
  return [=](Bench& bench) {
    putService(bench, ServiceRole::application, active, active == "active" ? 812 : 0);
    return arguments;
  };
}

/// systemctl has nobody to ask.
Scene noSystemd(core::Json arguments) {
  return [=](Bench& bench) {
    config::ServiceSettings one;
    one.name = "netbox";
    one.unit = "netbox.service";
    one.role = ServiceRole::application;
    bench.instance.services.push_back(one);
    bench.fakes.files.putFolder("/proc");
    bench.fakes.shell.on("systemctl *").exits(1).complains("Failed to connect to bus").always();
    return arguments;
  };
}

Scene journal(const std::string& lines) {
  return [=](Bench& bench) {
    putService(bench, ServiceRole::application, "active");
    bench.fakes.shell.on("journalctl *").says(lines);
    return core::Json{{"service", "netbox"}};
  };
}

Scene celery(int status, const std::string& says) {
  return [=](Bench& bench) {
    bench.instance.product = config::Product::nautobot;
    bench.instance.root = "/opt/nautobot";
    putService(bench, ServiceRole::worker, "active");
    bench.fakes.shell.on("/opt/nautobot/bin/nautobot-server celery inspect * ping")
        .exits(status)
        .says(says);
    return core::Json{{"service", "netbox"}};
  };
}

}  // namespace

std::vector<Trio> serviceTrios() {
  const core::Json web{{"url", "http://n/"}};
  const core::Json host{{"host", "n"}};
  const core::Json port{{"port", 8001}};
  const core::Json netbox{{"service", "netbox"}};
  const auto certificate = [=](const std::string& end) {
    return [=](Bench& bench) {
      bench.fakes.shell.on("openssl s_client *").says("-----BEGIN CERTIFICATE-----");
      bench.fakes.shell.on("openssl x509 *").says("notAfter=" + end + "\n");
      return host;
    };
  };
  const auto listening = [=](const char* lines, unsigned mode) {
    return [=](Bench& bench) {
      bench.fakes.files.put("/proc/net/tcp", lines, mode);
      if (mode == 0600) bench.fakes.files.actAs(1000);
      return port;
    };
  };
  const Scene failing_log = [](Bench& bench) {
    putService(bench, ServiceRole::application, "active");
    bench.fakes.shell.on("journalctl *").exits(1).complains("No journal files were found.");
    return core::Json{{"service", "netbox"}};
  };
  return {
      {"http", httpGives("GET", "http://n/", 200, "ok", web),
       httpGives("GET", "http://n/", 503, "no", web), untrustedCertificate(web)},
      {"certificate", certificate("Nov 25 03:00:00 2027 GMT"),
       certificate("Nov 20 03:00:00 2026 GMT"),
       shellFails("openssl *", "connect: Connection refused", host)},
      {"port", listening(kListener, 0644), listening("", 0644), listening("", 0600)},
      {"process", service("active", netbox), service("inactive", netbox), noSystemd(netbox)},
      {"log", journal(""),
       journal(R"({"__REALTIME_TIMESTAMP":"1763694000000000","PRIORITY":"3","MESSAGE":"ERROR x"})"),
       failing_log},
      {"celery", celery(0, R"({"celery@a": {"ok": "pong"}})"), celery(69, ""), celery(1, "")},
      {"services", service("active", kNoArguments), service("inactive", kNoArguments),
       noSystemd(kNoArguments)},
  };
}

std::vector<Trio> codeTrios() {
  const auto process = [](long started, unsigned account) {
    return [=](Bench& bench) {
      bench.fakes.files.put("/opt/netbox/netbox/release.yaml", "version: \"4.2.3\"\n");
      putService(bench, ServiceRole::application, "active", 812, account);
      proc::run(bench.fakes.files, {.id = 812,
                                    .seconds_after_boot = started,
                                    .command = "gunicorn netbox.wsgi",
                                    .owner = account});
      return kNoArguments;
    };
  };
  const Scene unseen = [](Bench& bench) {
    putService(bench, ServiceRole::application, "active");
    return kNoArguments;
  };
  const auto probe = [](int status) {
    return [=](Bench& bench) {
      bench.instance.probes = {{"http://n/login/", 200, {}}};
      bench.fakes.http.on("GET", "http://n/login/").gives(status);
      return kNoArguments;
    };
  };
  // The files are of the moment at which the test's clock stands: proc::kUptime after the boot.
  return {
      {"current-code", process(proc::kUptime, 999), process(10, 999), unseen},
      {"runtime-user", process(proc::kUptime, 999), process(proc::kUptime, 0), unseen},
      {"probes", probe(200), probe(500), [](Bench&) { return kNoArguments; }},
  };
}

}  // namespace validation_test
