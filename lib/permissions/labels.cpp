#include "lib/permissions/labels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/permissions/mounts.hpp"

namespace permissions {
namespace {

constexpr std::size_t kSamples = 3;

Finding beside(Finding::Kind kind, core::Outcome outcome, std::string place, std::string found,
               std::string wanted) {
  Finding finding;
  finding.kind = kind;
  finding.outcome = outcome;
  finding.place = std::move(place);
  finding.found = std::move(found);
  finding.wanted = std::move(wanted);
  return finding;
}

ports::Outcome ask(ports::World& world, std::vector<std::string> argv) {
  ports::Command command{std::move(argv)};
  command.mutates = false;
  command.limit = std::chrono::minutes(2);
  return world.shell.run(command);
}

/// Looks at one place after the other.
class Beside {
 public:
  Beside(Site& site, const Expectations& expectations) : site_(site), expectations_(expectations) {}

  std::vector<Finding> look() {
    fileSystems();
    changingUsers();
    if (site_.host().files.info("/sys/fs/selinux/enforce")) selinux();
    const bool confined = std::any_of(expectations_.people.begin(), expectations_.people.end(),
                                      [](const Person& p) { return !p.confinement.empty(); });
    if (confined) denials();
    return std::move(findings_);
  }

 private:
  void fileSystems() {
    const std::vector<Mount> mounts = mountsOf(site_.host().files, process());
    for (const std::string& root : expectations_.roots()) {
      const Mount* mount = mountOf(mounts, root);
      if (mount == nullptr || !mount->type.starts_with("nfs")) continue;
      findings_.push_back(
          beside(Finding::Kind::file_system, core::Outcome::warn, root,
                 fmt::format(
                     "lies on {} ({}): the server decides by numbers, and may take root for nobody "
                     "(root_squash)",
                     mount->source, mount->type),
                 "the same numbers there; repair it on the server where root is denied here"));
    }
  }

  /// Of whose file system the paths are: a process in the container, or any.
  int process() {
    if (&site_.world() == &site_.host()) return 0;
    for (const Person& person : expectations_.people) {
      if (person.process != 0) return person.process;
    }
    return 0;
  }

  void changingUsers() {
    std::set<std::string> told;
    for (const Person& person : expectations_.people) {
      if (!person.sandbox.contains("DynamicUser") || !told.insert(person.service).second) continue;
      findings_.push_back(beside(
          Finding::Kind::file_system, core::Outcome::warn, person.service,
          fmt::format("DynamicUser=yes: {} may be another number after each start", person.account),
          "files in its StateDirectory=, or a user of its own (User=, DynamicUser=no)"));
    }
  }

  void selinux() {
    for (const std::string& root : expectations_.roots()) {
      try {
        const ports::Outcome outcome = ask(site_.host(), {"restorecon", "-nvR", "--", root});
        const std::vector<std::string> wrong = parseRelabels(outcome.out);
        if (wrong.empty()) continue;
        Finding finding = beside(Finding::Kind::label, core::Outcome::warn, root,
                                 fmt::format("{} another SELinux label than the policy has for it",
                                             core::plural(static_cast<std::int64_t>(wrong.size()),
                                                          "thing has", "things have")),
                                 "restorecon -Rv " + core::shellQuote(root));
        finding.samples.assign(wrong.begin(),
                               wrong.begin() + static_cast<long>(std::min(wrong.size(), kSamples)));
        findings_.push_back(std::move(finding));
      } catch (const core::Error& error) {
        missed("labels", error);
      }
    }
  }

  void denials() {
    std::vector<std::string> programs;
    for (const Person& person : expectations_.people) {
      if (person.confinement.empty()) continue;
      programs.push_back(person.confinement.substr(0, person.confinement.find(' ')));
    }
    try {
      const ports::Outcome outcome =
          ask(site_.host(), {"journalctl", "-q", "--no-pager", "-o", "cat", "--since", "-1h",
                             "_TRANSPORT=kernel", "+", "_TRANSPORT=audit"});
      for (const std::string& line : parseDenials(outcome.out, programs)) {
        findings_.push_back(beside(Finding::Kind::label, core::Outcome::warn, "security module",
                                   "denied within the last hour: " + line,
                                   "a label that fits (restorecon), or a rule of its profile"));
      }
    } catch (const core::Error& error) {
      missed("denials", error);
    }
  }

  void missed(const std::string& what, const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw error;
    findings_.push_back(beside(Finding::Kind::label, core::Outcome::unknown, "security module",
                               fmt::format("could not look at its {}: {}", what, error.what()),
                               "its own tools (policycoreutils, journald)"));
  }

  Site& site_;
  const Expectations& expectations_;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> lookBeside(Site& site, const Expectations& expectations) {
  return Beside(site, expectations).look();
}

std::vector<std::string> parseRelabels(const std::string& text) {
  constexpr std::string_view kBegin = "Would relabel ";
  std::vector<std::string> paths;
  for (const std::string& line : core::split(text, '\n')) {
    const auto from = line.rfind(" from ");
    if (!line.starts_with(kBegin) || from == std::string::npos) continue;
    paths.push_back(line.substr(kBegin.size(), from - kBegin.size()));
  }
  return paths;
}

std::vector<std::string> parseDenials(const std::string& text,
                                      const std::vector<std::string>& programs) {
  std::vector<std::string> found;
  for (const std::string& line : core::split(text, '\n')) {
    const bool selinux =
        line.find("avc:") != std::string::npos && line.find("denied") != std::string::npos;
    const bool apparmor = line.find("apparmor=\"DENIED\"") != std::string::npos;
    const bool ours = std::any_of(programs.begin(), programs.end(), [&](const std::string& name) {
      return line.find(selinux ? "scontext=" + name : "profile=\"" + name + "\"") !=
             std::string::npos;
    });
    if ((!selinux && !apparmor) || !ours) continue;
    const auto begin = line.find(selinux ? "denied" : "operation=");
    const std::string words = core::printable(line.substr(begin == std::string::npos ? 0 : begin));
    if (std::find(found.begin(), found.end(), words) == found.end()) found.push_back(words);
  }
  return found;
}

}  // namespace permissions
