#pragma once

#include "lib/adapters/clock.hpp"
#include "lib/adapters/curl.hpp"
#include "lib/adapters/disk.hpp"
#include "lib/adapters/postgres.hpp"
#include "lib/adapters/process.hpp"
#include "lib/adapters/ssh/hosts.hpp"
#include "lib/ports/world.hpp"
#include "remote/carried.hpp"
#include "tests/fakes/prompt.hpp"

namespace support {

/// The real world, with other hosts behind real connections; only the person is a fake.
struct SshWorld {
  core::Cancellation cancellation;
  adapters::ProcessShell shell{cancellation};
  adapters::PostgresServer sql{cancellation};
  adapters::CurlHttp http{cancellation};
  adapters::DiskFiles files;
  adapters::SystemClock clock{cancellation};
  fakes::FakePrompt prompt{cancellation};
  adapters::SshHosts hosts{remote::carried()};
  ports::World home{
      shell, sql,    http,         files,
      clock, prompt, cancellation, {.person = "ada", .account = "root", .host = "here"},
      &hosts};

  ports::World& at(const ports::HostAddress& address) { return hosts.world(home, address); }
};

}  // namespace support
