#include "lib/adapters/ssh/remote_half.hpp"

#include <fmt/format.h>

#include "lib/core/digest.hpp"
#include "lib/core/text.hpp"

namespace adapters {
namespace {

using ports::HostAddress;

/// $1: bytes of the program; $2: their digest. Its first input is the program, the rest is for
/// that. The file is executed by its descriptor after its name is gone: /proc/self/fd/3 leads to
/// it. 126 is what a shell says where it may not execute something.
constexpr const char* kBring = R"sh(umask 077; t=
for p in "/run/user/$(id -u)" "$HOME" /run; do
  [ -d "$p" ] && [ -w "$p" ] || continue
  case $(stat -Lc %A "$p") in ????????w?) t="$t $p (everybody may write it)"; continue;; esac
  d=$(mktemp -d "$p/.sotctl-XXXXXXXX" 2>/dev/null) || { t="$t $p (full, or read-only)"; continue; }
  trap 'rm -rf "$d"' EXIT
  printf '#!/bin/sh\n' >"$d/r" && chmod 700 "$d/r" && "$d/r" 2>/dev/null && break
  t="$t $p (nothing may be executed there)"; rm -rf "$d"; d=
done
[ "$d" ] || { echo "no folder for it:${t:- none that this login may write}" >&2; exit 126; }
rm -f "$d/r"; head -c "$1" >"$d/r" && chmod 500 "$d/r" && exec 3<"$d/r" || exit 126
rm -rf "$d"; trap - EXIT
s=$(sha256sum <&3); [ "${s%% *}" = "$2" ] || { echo "it arrived damaged" >&2; exit 126; }
exec /proc/self/fd/3 serve)sh";

ports::Command asRoot(const Connection& connection, std::vector<std::string> argv) {
  ports::Command command;
  command.argv = std::move(argv);
  if (connection.address().sudo != HostAddress::Sudo::none) command.user = "root";
  command.limit = std::chrono::minutes(10);
  return command;
}

/// Somebody else's program must not run, least of all as root.
void requireRootsOwn(Connection& connection) {
  RemoteShell shell(connection);
  ports::Command command;
  command.argv = {"stat", "-Lc", "%u %A", "--", kInstalledRemote};
  command.mutates = false;
  const ports::Outcome seen = shell.run(command);
  const std::string& host = connection.address().name;
  if (!seen.ok()) {
    throw core::Error(core::Kind::not_found, fmt::format("{} has no {}", host, kInstalledRemote),
                      "Install it there, or let it be brought along: remote = \"upload\".");
  }
  const std::string said(core::trim(seen.out));
  const bool good =
      said.size() == 12 && said.starts_with("0 ") && said[7] != 'w' && said[10] != 'w';
  if (good) return;
  throw core::Error(core::Kind::refused,
                    fmt::format("{} on {} is not root's alone: owner and mode are {}",
                                kInstalledRemote, host, core::printable(said)),
                    "It must belong to root, and nobody else may write it.");
}

}  // namespace

std::shared_ptr<remote::Peer> startRemoteHalf(Connection& connection, std::string_view program) {
  const HostAddress& address = connection.address();
  const bool installed = address.remote == HostAddress::Remote::installed;
  if (installed) requireRootsOwn(connection);
  const ports::Command command =
      installed ? asRoot(connection, {kInstalledRemote, "serve"})
                : asRoot(connection, {"sh", "-c", kBring, "sh", std::to_string(program.size()),
                                      core::sha256(program)});
  return std::make_shared<remote::Peer>(
      [&](core::Source& in, core::Sink& out, std::function<void()> over) {
        return startSteady(connection, command, in, out, std::move(over));
      },
      installed ? std::string() : std::string(program), address.name);
}

}  // namespace adapters
