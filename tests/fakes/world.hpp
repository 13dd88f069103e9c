#pragma once

#include "lib/ports/world.hpp"
#include "tests/fakes/clock.hpp"
#include "tests/fakes/hosts.hpp"
#include "tests/fakes/http.hpp"
#include "tests/fakes/mem_files.hpp"
#include "tests/fakes/prompt.hpp"
#include "tests/fakes/shell.hpp"
#include "tests/fakes/sql.hpp"
#include "tests/fakes/trees.hpp"

namespace fakes {

/// One fake behind each port, and the world that they make. Sessions and processes must go before
/// it does.
struct FakeWorld {
  core::Cancellation cancellation;
  FakeShell shell{cancellation};
  FakeSqlServer sql{cancellation};
  FakeHttp http{cancellation};
  FakeClock clock{cancellation};
  MemFiles files{clock};
  FakeTrees trees;
  FakePrompt prompt{cancellation};
  FakeHosts hosts{cancellation, clock};

  ports::World& world() { return world_; }

 private:
  ports::World world_{
      shell,
      sql,
      http,
      files,
      clock,
      prompt,
      cancellation,
      {.person = "ada", .account = "root", .host = "app1.example", .uid = 0, .pid = 4711},
      &hosts,
      &trees};
};

}  // namespace fakes
