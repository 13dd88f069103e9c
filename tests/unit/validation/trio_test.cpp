#include "tests/unit/validation/trio.hpp"

#include <algorithm>

#include "lib/checks/engine.hpp"
#include "lib/runbook/runbook.hpp"
#include "tests/unit/service/proc.hpp"

using core::Outcome;
using namespace validation_test;

namespace {

std::vector<Trio> allTrios() {
  std::vector<Trio> all;
  for (const auto part : {serviceTrios, codeTrios, webTrios, apiTrios, workTrios, databaseTrios,
                          releaseTrios, fileTrios, hostTrios}) {
    for (Trio& one : part()) all.push_back(std::move(one));
  }
  return all;
}

void shows(const std::string& kind, const Scene& scene, const char* name, Outcome wanted) {
  Bench bench;
  const core::Json arguments = scene(bench);
  const auto result = bench.ask(kind, arguments);
  INFO(kind << ", " << name << ": " << core::outcomeName(result.outcome) << ": " << result.found);
  CHECK(result.outcome == wanted);
  CHECK_FALSE(result.found.empty());
  CHECK_FALSE(result.subject.empty());
}

}  // namespace

void validation_test::putService(Bench& bench, config::ServiceRole role, const std::string& active,
                                 int pid, unsigned account) {
  config::ServiceSettings service;
  service.name = "netbox";
  service.unit = "netbox.service";
  service.role = role;
  bench.instance.services.push_back(service);
  bench.fakes.shell.on("systemctl show *")
      .says("LoadState=loaded\nActiveState=" + active +
            "\nSubState=running\nUnitFileState=enabled\nNRestarts=0\nInvocationID=ab1\nMainPID=" +
            std::to_string(pid) + "\n")
      .always();
  auto& files = bench.fakes.files;
  proc::begin(files);
  if (pid == 0) return;
  proc::run(files, {.id = pid, .command = "gunicorn netbox.wsgi", .owner = account});
  const std::string folder = "/proc/" + std::to_string(pid);
  files.putLink(folder + "/exe", "/opt/netbox/venv/bin/python3");
  files.putLink(folder + "/cwd", "/opt/netbox/netbox");
  files.put(folder + "/maps", "");
  files.put("/etc/passwd", "root:x:0:0::/root:/bin/sh\nnetbox:x:999:999::/:/bin/sh\n");
}

TEST_CASE("each built-in checklist asks what there is to be asked, for both products") {
  for (const auto product : {config::Product::netbox, config::Product::nautobot}) {
    Bench bench;
    bench.instance.product = product;
    const checks::Engine engine(bench.fakes.world(), [&](checks::Kinds& kinds,
                                                         ports::World& world) {
      commands::registerCheckKinds(kinds, world, bench.instance, bench.outside, "/var/lib/sotctl");
    });
    for (const std::string& name : runbook::embeddedNames()) {
      INFO(name << " for " << config::productName(product));
      auto list = runbook::Shelf(bench.fakes.world(), {}).find(name.substr(0, name.find(".toml")));
      runbook::keepProduct(list, product);
      std::map<std::string, std::string> everything;
      for (const auto& parameter : list.parameters) everything[parameter.name] = "1";
      for (const char* within : {"backup_within", "rehearsal_within", "timers_within"}) {
        if (everything.contains(within)) everything[within] = "1h";
      }
      if (everything.contains("monitor_system")) everything["monitor_system"] = "icinga2";
      if (everything.contains("validators_folder")) everything["validators_folder"] = "/v";
      const auto variables =
          runbook::variablesOf(bench.fakes.world(), bench.instance, bench.outside);
      const auto filled = runbook::filled(list, variables, everything, {});
      CHECK_NOTHROW(engine.examine(filled.items));
      const bool left = std::any_of(filled.items.begin(), filled.items.end(), [](const auto& item) {
        return item.type == checks::Item::Type::check && !item.left_out.empty();
      });
      CHECK_FALSE(left);
    }
  }
}

TEST_CASE("each kind of check is shown where it passes, where it fails and where it can't tell") {
  const auto trios = allTrios();
  const auto kinds = Bench().kinds().names();
  for (const std::string& kind : kinds) {
    INFO("kind " << kind << " has no trio: add it to a list in tests/unit/validation/trio_*.cpp");
    CHECK(std::count_if(trios.begin(), trios.end(),
                        [&](const Trio& one) { return one.kind == kind; }) == 1);
  }
  for (const Trio& trio : trios) {
    INFO("trio of " << trio.kind);
    REQUIRE(std::count(kinds.begin(), kinds.end(), trio.kind) == 1);
    shows(trio.kind, trio.yes, "yes", Outcome::pass);
    shows(trio.kind, trio.no, "no", trio.no_is);
    shows(trio.kind, trio.dark, "can't tell", Outcome::unknown);
  }
}
