#pragma once

#include "commands/checklists.hpp"
#include "lib/core/error.hpp"
#include "tests/catch.hpp"
#include "tests/fakes/world.hpp"

namespace validation_test {

/// A world of fakes with an instance in it, to ask one question.
struct Bench {
  Bench() {
    instance.name = "netbox";
    instance.environment = config::Environment::development;
    instance.root = "/opt/netbox";
    instance.settings = "/opt/netbox/configuration.py";
    instance.interpreter = "/opt/netbox/venv/bin/python";
    instance.media = "/opt/netbox/media";
    instance.database.name = "netbox";
    instance.database.application.user = "netbox";
    instance.database.application.host = "db";
    instance.redis.host = "redis";
    outside.url = "http://n";
    fakes.files.put("/token", "abc\n", 0600);
    outside.token = {config::PasswordReference::From::file, "/token"};
    fakes.world().caller.host = "web1";
  }
  checks::Kinds kinds() {
    checks::Kinds all;
    commands::registerCheckKinds(all, fakes.world(), instance, outside, "/var/lib/sotctl");
    return all;
  }
  checks::CheckResult ask(const std::string& kind,
                          const core::Json& arguments = core::Json::object()) {
    return kinds().ask("x", kind, arguments);
  }
  std::string refused(const std::string& kind, const core::Json& arguments) {
    try {
      kinds().find(kind, arguments);
      return "not refused";
    } catch (const core::Error& error) {
      return error.what();
    }
  }
  fakes::FakeDatabase& database() { return fakes.sql.database("netbox"); }

  fakes::FakeWorld fakes;
  config::Instance instance;
  config::Outside outside;
};

}  // namespace validation_test
