#include "lib/adapters/postgres_error.hpp"

#include <fmt/format.h>

#include "lib/core/text.hpp"

namespace adapters {
namespace {

using core::Kind;

struct Meaning {
  Kind kind;
  std::string hint;
};

Meaning meaningOf(const ports::SqlTarget& target, std::string_view state) {
  const std::string user = target.user.empty() ? "the role" : "role " + target.user;
  if (state == "42501") {
    return {Kind::denied,
            fmt::format("Log in as a role that has this right, or grant it to {}.", user)};
  }
  if (state.starts_with("28")) {
    return {Kind::denied,
            fmt::format("See the login settings of this database in the configuration (user, "
                        "password, os_user), and pg_hba.conf of the server for {}.",
                        user)};
  }
  if (state == "3D000") {
    return {Kind::not_found, "List the databases of this server with `psql -l`."};
  }
  if (state == "57014") return {Kind::timed_out, "Allow more time, or see why it takes so long."};
  if (state == "55P03") {
    return {Kind::timed_out,
            "Another session holds a lock on it: see pg_stat_activity and pg_blocking_pids()."};
  }
  if (state.empty() || state.starts_with("08") || state.starts_with("57P")) {
    return {Kind::unreachable,
            "See whether the server runs and accepts connections there (pg_isready)."};
  }
  if (state == "53300") {
    return {Kind::unreachable, "Close other sessions, or raise max_connections of the server."};
  }
  return {Kind::unexpected, ""};
}

/// First line of a server's message, without "ERROR:  " before it.
std::string firstLine(std::string_view message) {
  message = core::trim(message);
  message = core::trim(message.substr(0, message.find('\n')));
  // "FATAL:  " is translated; two blanks after the colon are not (protocol message formatting of
  // libpq 15).
  if (const auto severity = message.find(":  "); severity != std::string_view::npos) {
    message.remove_prefix(severity + 3);
  }
  return core::printable(message);
}

}  // namespace

ports::SqlError serverError(const ports::SqlTarget& target, std::string_view message) {
  const std::string line = firstLine(message);
  const bool coded = line.size() > 7 && line.substr(5, 2) == ": " &&
                     line.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 5;
  if (coded) return sqlError(target, line.substr(0, 5), line.substr(7));
  // libpq gave up by itself, before the server could.
  const bool no_password = line.find("no password supplied") != std::string::npos;
  return sqlError(target, no_password ? "28P01" : "", line);
}

ports::SqlError sqlError(const ports::SqlTarget& target, std::string_view sqlstate,
                         std::string_view message) {
  Meaning meaning = meaningOf(target, sqlstate);
  return {meaning.kind, fmt::format("{}: {}", target.inWords(), firstLine(message)),
          std::move(meaning.hint), std::string(sqlstate)};
}

ports::SqlError interruptedError(const ports::SqlTarget& target) {
  return {Kind::interrupted, fmt::format("interrupted while working in {}", target.inWords()), "",
          "57014"};
}

}  // namespace adapters
