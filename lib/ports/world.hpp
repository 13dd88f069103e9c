#pragma once

#include <map>
#include <string>

#include "lib/core/cancel.hpp"
#include "lib/core/secret.hpp"
#include "lib/ports/clock.hpp"
#include "lib/ports/files.hpp"
#include "lib/ports/hosts.hpp"
#include "lib/ports/http.hpp"
#include "lib/ports/prompt.hpp"
#include "lib/ports/shell.hpp"
#include "lib/ports/sql.hpp"
#include "lib/ports/trees.hpp"

namespace ports {

/// Who runs this, where. Read once by main from the process.
struct Caller {
  std::string person;   // the human: SUDO_USER, else the login name
  std::string account;  // effective account: "root"
  std::string host;
  unsigned uid = 0;
  int pid = 0;
  std::string folder{};  // the current one: relative names that a person gives are below it
  /// The environment as it was at the start; any value may be a password.
  std::map<std::string, core::Secret> environment{};
  bool root() const { return uid == 0; }
  /// A path that a person gave, as the ports want it.
  std::string absolute(std::string path) const {
    if (path.empty() || path.front() == '/') return path;
    while (path.starts_with("./")) path.erase(0, 2);
    return folder + (folder.ends_with('/') ? "" : "/") + path;
  }
};

/// Everything outside this program, as one bundle of references. Not owned. `shell` and `files` are
/// those of one host; hosts->world() gives the bundle of another one.
struct World {
  Shell& shell;
  SqlServer& sql;
  Http& http;
  Files& files;
  Clock& clock;
  Prompt& prompt;
  core::Cancellation& cancellation;
  Caller caller;
  Hosts* hosts = nullptr;  // null only where a test needs none
  Trees* trees = nullptr;  // null only where a test needs none

  /// Throws std::logic_error where there are none.
  Trees& itsTrees() const;
};

}  // namespace ports
