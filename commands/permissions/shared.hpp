#pragma once

#include <optional>
#include <string>

#include "commands/context.hpp"
#include "commands/verb.hpp"
#include "lib/permissions/audit.hpp"
#include "lib/permissions/facts.hpp"

namespace commands::permissions_shared {

/// What is looked at: a policy's paths, or one tree.
struct Scope {
  std::optional<std::string> policy;
  std::optional<std::string> path;
  std::string user;
  std::string group;
  std::optional<std::string> folder_mode;
  std::optional<std::string> file_mode;
};
void bind(Arguments& arguments, Scope& scope);

/// A scope about this host: who runs the instance, and what must hold.
struct Survey {
  permissions::Policy policy;
  permissions::Facts facts;
  permissions::Expectations expectations;
};
/// Without an instance only a tree can be looked at. Errors: usage, as resolve() and findPolicy().
Survey survey(Context& context, const config::Instance* instance, const Scope& scope);

/// Findings that no file has: roles that nobody runs, two users in one role, media that the web
/// server serves by itself.
std::vector<permissions::Finding> remarks(const Survey& survey);

core::Json documentOf(const Survey& survey, const permissions::Audit& audit);
std::string textOf(const Survey& survey, const permissions::Audit& audit, bool color);
/// The findings as checks, with a line that passes where there are none.
std::vector<core::CheckResult> checksOf(const Survey& survey, const permissions::Audit& audit);

}  // namespace commands::permissions_shared
