#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lib/core/error.hpp"
#include "lib/core/secret.hpp"
#include "lib/ports/hosts.hpp"
#include "lib/ports/shell.hpp"

// What is said to another host, and how its answers are understood.
//
// The login shell (any: sh, csh, fish) gets one constant line that replaces it by a POSIX shell.
// That shell reads its first line of standard input, the opening, and carries it out: so nothing of
// a command is ever quoted for an unknown shell, and neither its environment nor a password shows
// in a list of processes. The opening answers with a mark that nobody can guess: what start-up
// files said before is dropped.
namespace adapters {

inline constexpr const char* kRemoteLine =
    R"(exec /usr/bin/env -i HOME="$HOME" /bin/sh -c 'IFS= read -r s && eval "$s"')";

/// A fresh mark: 26 characters, letters and digits.
std::string newMark();

/// One word for a POSIX shell, exact for all bytes but NUL; on one line, as $n stands for a line
/// feed.
std::string remoteWord(std::string_view word);

struct Opening {
  std::string mark;
  ports::HostAddress::Sudo sudo = ports::HostAddress::Sudo::none;
  core::Secret password{};  // for sudo; empty: none is given
};

/// The opening of a command, with its line feed. The remote shell stays, and tells the program's
/// end at the end of standard error: ssh itself passes no signal on, and waits for daemons that
/// keep the streams. Errors: usage (no program, NUL byte).
std::string openingOf(const ports::Command& command, const Opening& opening);

/// Ends the process group that an opening's answer named, as a local one is ended: SIGTERM, after
/// five seconds SIGKILL. For kRemoteLine's shell, with its line feed.
std::string endingOf(int group, ports::HostAddress::Sudo sudo, const core::Secret& password);

/// What stands after the mark on standard output.
struct Answer {
  int group = 0;                       // process group of the program, 0 if it did not start
  std::optional<core::Error> error{};  // why it did not
};
/// `words`: "run 4711", "folder", "program". Errors in the answer: not_found, denied.
Answer answerOf(const std::string& words, const ports::Command& command, const std::string& host);

/// The end that the remote shell told: " 3", or "Killed 137"; nothing if the text is no such thing.
/// A shell names every signal but SIGINT and SIGPIPE (dash 0.5.12, bash 5.2, busybox 1.35): 130 and
/// 141 are always taken for those two.
std::optional<ports::Outcome> endOf(std::string_view words);

}  // namespace adapters
