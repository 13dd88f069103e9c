#include "lib/permissions/finding.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "lib/core/text.hpp"

namespace permissions {
namespace {

std::string counted(const Finding& finding) {
  const std::string files = core::plural(finding.files, "file", "files");
  const std::string folders = core::plural(finding.folders, "folder", "folders");
  if (finding.files == 0) return folders;
  return finding.folders == 0 ? files : files + " and " + folders;
}

}  // namespace

const char* kindName(Finding::Kind kind) {
  switch (kind) {
    case Finding::Kind::attributes:
      return "attributes";
    case Finding::Kind::access:
      return "access";
    case Finding::Kind::exposed:
      return "exposed";
    case Finding::Kind::kernel:
      return "kernel";
    case Finding::Kind::unmendable:
      return "unmendable";
    case Finding::Kind::absent:
      return "absent";
    case Finding::Kind::other_mount:
      return "other_mount";
    case Finding::Kind::missed:
      return "missed";
    case Finding::Kind::upload:
      return "upload";
    case Finding::Kind::writing:
      return "writing";
    case Finding::Kind::label:
      return "label";
    case Finding::Kind::file_system:
      return "file_system";
  }
  throw std::logic_error("no such kind of finding");
}

std::string sentence(const Finding& finding) {
  if (finding.files + finding.folders == 0) return finding.found;
  return counted(finding) + ": " + finding.found;
}

core::CheckResult toCheck(const Finding& finding) {
  std::string wanted = finding.wanted;
  if (!finding.why.empty()) wanted += fmt::format("{}({})", wanted.empty() ? "" : " ", finding.why);
  std::string hint;
  if (!finding.samples.empty()) hint = "for example " + core::printable(finding.samples.front());
  return {std::string("permissions.") + kindName(finding.kind),
          core::printable(finding.place),
          finding.outcome,
          sentence(finding),
          wanted,
          hint};
}

core::Json toJson(const Finding& finding) {
  core::Json samples = core::Json::array();
  for (const std::string& sample : finding.samples) samples.push_back(core::printable(sample));
  return {
      {"kind", kindName(finding.kind)},
      {"outcome", core::outcomeName(finding.outcome)},
      {"place", core::printable(finding.place)},
      {"found", finding.found},
      {"wanted", finding.wanted},
      {"who", finding.who},
      {"why", finding.why},
      {"rule", finding.rule},
      {"files", finding.files},
      {"folders", finding.folders},
      {"newest_change",
       finding.newest == core::Time{} ? core::Json() : core::Json(core::formatUtc(finding.newest))},
      {"samples", samples}};
}

}  // namespace permissions
