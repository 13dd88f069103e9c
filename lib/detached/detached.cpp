#include "lib/detached/detached.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace detached {
namespace {

using core::Kind;
using namespace std::chrono_literals;

/// In front of every script. $u is the unit, $f what its files begin with. /run is emptied when the
/// host restarts: then there is no work either. The folder is the account's own, and closed to
/// others.
constexpr const char* kPlace = R"sh(u=sotctl-$1; shift
if [ "$(id -u)" = 0 ]; then d=/run/sotctl
else d=/run/user/$(id -u)/sotctl; [ -d "${d%/sotctl}" ] || d=$HOME/.sotctl; fi
f=$d/$u; boot=$(cat /proc/sys/kernel/random/boot_id)
)sh";

/// Runs the command ($@; $0 is what its files begin with) and leaves its end, in one move.
constexpr const char* kBody = R"sh("$@" >"$0.out" 2>&1 </dev/null; s=$?
echo "$s" >"$0.new"; sync "$0.new"; mv "$0.new" "$0.end")sh";

constexpr const char* kStart =
    R"sh(umask 077; mkdir -p "$d" && [ -O "$d" ] && [ ! -L "$d" ] || exit 1
mkdir "$f.begun" 2>/dev/null || exit 0
echo "$boot" >"$f.boot"
b=$1; shift
if [ "$(id -u)" = 0 ] && [ -d /run/systemd/system ] && command -v systemd-run >/dev/null; then
  systemd-run --quiet --collect --no-ask-password --unit="$u" -- /bin/sh -c "$b" "$f" "$@" && exit 0
  s=$?; rmdir "$f.begun"; exit "$s"
fi
setsid sh -c 'echo $$ >"$0.pid"; b=$1; shift; exec sh -c "$b" "$0" "$@"' "$f" "$b" "$@" \
  >/dev/null 2>&1 </dev/null &
i=0; while [ ! -s "$f.pid" ] && [ $i -lt 50 ]; do sleep 0.1; i=$((i+1)); done
[ -s "$f.pid" ])sh";

constexpr const char* kLook =
    R"sh(told() { echo "ended $(cat "$f.end")"; tail -c 65536 "$f.out"; exit 0; }
[ -d "$f.begun" ] || { echo absent; exit 0; }
[ ! -e "$f.end" ] || told
[ "$(cat "$f.boot" 2>/dev/null)" = "$boot" ] || { echo lost; exit 0; }
if [ -s "$f.pid" ]; then
  if kill -s 0 "$(cat "$f.pid")" 2>/dev/null; then echo running; exit 0; fi
else
  case $(systemctl show --property=ActiveState --value "$u.service" 2>/dev/null) in
  active|activating|deactivating|reloading) echo running; exit 0;; esac
fi
[ ! -e "$f.end" ] || told
echo lost)sh";

constexpr const char* kForget = R"sh(rm -f "$f.end" "$f.out" "$f.new" "$f.pid" "$f.boot"
[ ! -d "$f.begun" ] || rmdir "$f.begun")sh";

State parse(std::string_view said) {
  const auto end = said.find('\n');
  const std::string_view line = said.substr(0, end);
  State state;
  if (line == "absent") return state;
  if (line == "running" || line == "lost") {
    state.stage = line == "running" ? Stage::running : Stage::lost;
    return state;
  }
  const std::string_view number = line.starts_with("ended ") ? line.substr(6) : "";
  const auto [rest, error] =
      std::from_chars(number.data(), number.data() + number.size(), state.status);
  if (error != std::errc() || rest != number.data() + number.size()) {
    throw core::Error(Kind::undetermined,
                      fmt::format("the state of detached work can't be read: {}",
                                  core::printable(line.substr(0, 200))));
  }
  state.stage = Stage::ended;
  if (end != std::string_view::npos) state.out = said.substr(end + 1);
  return state;
}

bool isGone(const core::Error& error) { return error.kind() == Kind::unreachable; }

}  // namespace

Work::Work(ports::World& there, const std::string& name, std::string user)
    : there_(there), name_(name), user_(std::move(user)) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
  if (!name.empty() && name.size() <= 100 && name.find_first_not_of(kPlain) == std::string::npos) {
    return;
  }
  throw core::Error(Kind::usage, "no name for detached work: " + core::printable(name));
}

/// Looking goes as the same account as starting: its files are closed to others.
ports::Command Work::sh(const std::string& script, bool mutates) const {
  ports::Command command;
  command.argv = {"sh", "-c", kPlace + script, "sh", name_};
  command.user = user_;
  command.limit = 30s;
  command.mutates = mutates;
  return command;
}

ports::Outcome Work::must(const ports::Command& command) {
  ports::Outcome outcome = there_.shell.run(command);
  if (outcome.ok()) return outcome;
  throw core::Error(Kind::failed_check,
                    fmt::format("detached work {}: {}", name_, outcome.inWords()));
}

void Work::start(const ports::Command& command) {
  ports::Command begin = sh(kStart, true);
  begin.argv.emplace_back(kBody);
  begin.argv.insert(begin.argv.end(), command.argv.begin(), command.argv.end());
  must(begin);
}

State Work::look() { return parse(must(sh(kLook, false)).out); }

State Work::wait(core::Duration limit) {
  const auto end = there_.clock.steady() + limit;
  core::Duration pause = 100ms;
  while (true) {
    there_.cancellation.check();
    bool gone = false;
    try {
      State state = look();
      if (state.stage != Stage::running) return state;
    } catch (const core::Error& error) {
      if (!isGone(error)) throw;
      gone = true;
    }
    if (there_.clock.steady() >= end) {
      const std::string time = core::formatDuration(limit);
      throw core::Error(
          Kind::timed_out,
          gone
              ? fmt::format("the host of detached work {} did not come back within {}", name_, time)
              : fmt::format("detached work {} still runs after {}", name_, time),
          fmt::format("It goes on there, as unit sotctl-{}.", name_));
    }
    there_.clock.sleep(pause);
    pause = std::min<core::Duration>(pause * 2, 2s);
  }
}

void Work::forget() { must(sh(kForget, true)); }

}  // namespace detached
