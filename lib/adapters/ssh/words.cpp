#include "lib/adapters/ssh/words.hpp"

#include <fmt/format.h>
#include <sys/random.h>

#include <array>
#include <charconv>
#include <csignal>

#include "lib/core/text.hpp"

namespace adapters {
namespace {

using ports::HostAddress;

constexpr const char* kPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

std::string words(const std::vector<std::string>& argv) {
  std::string line;
  for (const std::string& word : argv) line += (line.empty() ? "" : " ") + remoteWord(word);
  return line;
}

/// Answers and ends, if nothing ran yet.
std::string giveUp(const std::string& mark, std::string_view words) {
  return fmt::format("{{ echo {} {}; exit 0; }}", mark, words);
}

void refuse(const ports::Command& command) {
  if (command.argv.empty() || command.argv[0].empty()) {
    throw core::Error(core::Kind::usage, "a command without a program");
  }
  const auto check = [](const std::string& text, const std::string& what) {
    if (text.find('\0') != std::string::npos) {
      throw core::Error(core::Kind::usage, what + " has a NUL byte: " + core::printable(text));
    }
  };
  for (const std::string& word : command.argv) check(word, "a command");
  check(command.directory, "a folder");
  check(command.user, "an account");
  for (const auto& [name, value] : command.environment) {
    const bool plain = name.find_first_not_of(
                           "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                           "0123456789_") == std::string::npos;
    if (name.empty() || !plain || (name[0] >= '0' && name[0] <= '9')) {
      throw core::Error(core::Kind::usage, "no name of a variable: " + core::printable(name));
    }
    if (value.reveal().find('\0') != std::string::npos) {
      throw core::Error(core::Kind::usage, fmt::format("the variable {} has a NUL byte", name));
    }
  }
}

/// $n is a line feed, the environment the same as for a local program.
std::string surroundings(const ports::Command& command) {
  std::string text = fmt::format(
      "n=$(printf '\\012.'); n=${{n%.}}; PATH={}; LANG=C.UTF-8; LC_MESSAGES=C; "
      "export PATH LANG LC_MESSAGES; [ -n \"$HOME\" ] || eval \"HOME=~$(id -un)\"; export HOME; "
      "unset PWD OLDPWD SHLVL; umask {:04o}; ",
      kPath, command.file_mask);
  for (const auto& [name, value] : command.environment) {
    text += fmt::format("{0}={1}; export {0}; ", name, remoteWord(value.reveal()));
  }
  return text;
}

std::string findProgram(const std::string& program, const std::string& mark) {
  const std::string word = remoteWord(program);
  if (program.find('/') != std::string::npos) {
    return fmt::format("[ -e {0} ] || {1}; [ -f {0} ] && [ -x {0} ] || {2}; ", word,
                       giveUp(mark, "program"), giveUp(mark, "executable"));
  }
  return fmt::format(
      "f=; IFS=:; for d in $PATH; do [ -f \"$d\"/{0} ] || continue; f=x; [ -x \"$d\"/{0} ] && "
      "{{ f=r; break; }}; done; unset IFS; [ \"$f\" ] || {1}; [ \"$f\" = r ] || {2}; ",
      word, giveUp(mark, "program"), giveUp(mark, "executable"));
}

std::string lend(const core::Secret& password, const std::string& otherwise) {
  if (password.empty()) return {};
  return fmt::format("printf '%s\\n' {} | sudo -S -p '' -v 2>/dev/null || {}; ",
                     remoteWord(password.reveal()), otherwise);
}

std::string keptNames(const ports::Command& command) {
  std::vector<std::string> names;
  for (const auto& [name, value] : command.environment) names.push_back(name);
  return names.empty() ? "" : " --preserve-env=" + core::join(names, ",");
}

/// The program becomes the positional parameters; here they get what changes the account in front.
std::string becomeAccount(const ports::Command& command, const Opening& opening) {
  const bool other = !command.user.empty();
  const bool may = opening.sudo != HostAddress::Sudo::none;
  if (!other && !(command.mutates && may)) return {};
  const std::string user = remoteWord(other ? command.user : "root");
  const std::string sudo =
      may ? fmt::format("command -v sudo >/dev/null || {}; set -- sudo -n{} -u {} -- \"$@\"",
                        giveUp(opening.mark, "nosudo"), keptNames(command), user)
          : giveUp(opening.mark, "account");
  return fmt::format(
      "id -u {0} >/dev/null 2>&1 || {1}; if [ \"$(id -un)\" = {0} ]; then :; elif [ \"$(id -u)\" = "
      "0 "
      "]; then g=$(id -g {0}); HOME=$(getent passwd {0} | cut -d: -f6); set -- setpriv --reuid={0} "
      "--regid=\"$g\" --init-groups -- \"$@\"; else {2}; fi; ",
      user, giveUp(opening.mark, "nobody"), sudo);
}

/// sudo remembers a password for the children of one process, where there is no terminal (sudo 1.9,
/// timestamp_type): so the shell that gives it is the one that starts the program.
std::string runAndTell(const Opening& opening) {
  const bool lends = !opening.password.empty();
  const char* first = lends ? "[ \"$(id -u)\" = 0 ] || sudo -S -p \"\" -v <&5 2>/dev/null || { "
                              "echo password; exit; }; "
                            : "";
  const std::string giver =
      lends ? "printf '%s\\n' " + remoteWord(opening.password.reveal()) + " | " : "";
  return fmt::format(
      "exec 3>&1 4>&2 6<&0; e=$({}exec /bin/sh -c '{}( exec \"$@\" 3>&- 4>&- 5<&- 6<&- ) >&3 2>&4; "
      "echo \" $?\"' sh \"$@\" 2>&1 5<&0 0<&6); printf '\\n%s end %s\\n' {} \"$e\" >&4",
      giver, first, opening.mark);
}

core::Error denied(const std::string& what, const std::string& hint) {
  return {core::Kind::denied, what, hint};
}

}  // namespace

std::string newMark() {
  std::array<unsigned char, 10> bytes{};
  if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    throw core::Error(core::Kind::unexpected, "the system gives no random numbers");
  }
  std::string mark = "sotctl";
  for (const unsigned char byte : bytes) mark += fmt::format("{:02x}", byte);
  return mark;
}

std::string remoteWord(std::string_view word) {
  std::string quoted = "'";
  for (const char c : word) {
    if (c == '\'') {
      quoted += "'\\''";
    } else if (c == '\n') {
      quoted += "'\"$n\"'";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

std::string openingOf(const ports::Command& command, const Opening& opening) {
  refuse(command);
  const std::string& mark = opening.mark;
  std::string text = surroundings(command);
  const std::string folder = remoteWord(command.directory.empty() ? "/" : command.directory);
  text += fmt::format(
      "cd {0} 2>/dev/null || {{ [ -e {0} ] && echo {1} closed || echo {1} folder; "
      "exit 0; }}; ",
      folder, mark);
  text += findProgram(command.argv[0], mark);
  text += "set -- " + words(command.argv) + "; ";
  text += becomeAccount(command, opening);
  text += fmt::format("echo {0} run $$; echo {0} >&2; ", mark);
  text += runAndTell(opening);
  return text + "\n";
}

std::string endingOf(int group, HostAddress::Sudo sudo, const core::Secret& password) {
  const bool may = sudo != HostAddress::Sudo::none;
  return fmt::format(
      "n=$(printf '\\012.'); n=${{n%.}}; PATH={0}; export PATH; k() {{ kill -s \"$1\" -- -{1} "
      "2>/dev/null{2}; }}; {3}k TERM; k CONT; i=0; while kill -s 0 -- -{1} 2>/dev/null && [ $i -lt "
      "50 "
      "]; do sleep 0.1; i=$((i+1)); done; k KILL\n",
      kPath, group, may ? fmt::format(" || sudo -n kill -s \"$1\" -- -{} 2>/dev/null", group) : "",
      may ? lend(password, ":") : "");
}

Answer answerOf(const std::string& said, const ports::Command& command, const std::string& host) {
  const std::string& program = command.argv[0];
  if (said.starts_with("run ")) {
    Answer answer;
    std::from_chars(said.data() + 4, said.data() + said.size(), answer.group);
    return answer;
  }
  const std::string user = command.user.empty() ? "root" : command.user;
  if (said == "folder") {
    return {0, core::Error(core::Kind::not_found,
                           fmt::format("can't run {} on {} in folder {}: no such file or directory",
                                       program, host, command.directory))};
  }
  if (said == "closed") {
    return {0, denied(fmt::format("can't run {} on {} in folder {}: permission denied", program,
                                  host, command.directory),
                      "The login user may not enter it.")};
  }
  if (said == "program") {
    return {0, core::Error(core::Kind::not_found, fmt::format("no program {} on {}", program, host),
                           "Install the package that has it, or see whether the path is right.")};
  }
  if (said == "executable") {
    return {0, denied(fmt::format("can't run {} on {}: permission denied", program, host),
                      "The login user may not execute it.")};
  }
  if (said == "nobody") {
    return {0, core::Error(core::Kind::not_found, fmt::format("no account {} on {}", user, host),
                           "List the accounts there with `getent passwd`.")};
  }
  if (said == "account") {
    return {0, denied(fmt::format("can't run {} as account {} on {}", program, user, host),
                      "Log in there as root, or set `sudo` of the host in the configuration.")};
  }
  if (said == "nosudo") {
    return {0, denied(fmt::format("can't run {} as account {} on {}: it has no sudo", program, user,
                                  host),
                      "Install sudo there, or log in as root.")};
  }
  return {0,
          core::Error(core::Kind::unexpected, fmt::format("{} gave no answer that sotctl knows: {}",
                                                          host, core::printable(said)))};
}

std::optional<ports::Outcome> endOf(std::string_view said) {
  said = core::trim(said);
  const auto space = said.find_last_of(" \n");
  const std::string_view number = space == std::string_view::npos ? said : said.substr(space + 1);
  const std::string_view message =
      space == std::string_view::npos ? "" : core::trim(said.substr(0, space));
  ports::Outcome outcome;
  const auto [end, error] =
      std::from_chars(number.data(), number.data() + number.size(), outcome.status);
  if (error != std::errc() || end != number.data() + number.size()) return std::nullopt;
  const int signal = outcome.status - 128;
  const bool unnamed = signal == SIGINT || signal == SIGPIPE;
  if (signal > 0 && signal < NSIG && (unnamed || !message.empty())) {
    outcome.signal = signal;
    outcome.status = 0;
  }
  return outcome;
}

}  // namespace adapters
