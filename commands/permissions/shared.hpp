#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

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
  std::vector<std::string> hosts;
};
void bind(Arguments& arguments, Scope& scope);

/// The instance that is meant without saying so; nothing on a host without one, or with several.
const config::Instance* onlyInstance(Context& context);

/// A scope at one place: who runs the instance there, and what must hold.
struct Survey {
  permissions::Place place;
  std::shared_ptr<permissions::Site> site;
  permissions::Policy policy;
  permissions::Facts facts;
  permissions::Expectations expectations;
};
/// One for each place of the instance. Without an instance only a tree of this host can be looked
/// at. Errors: usage, as placesOf(), resolve() and findPolicy().
std::vector<Survey> survey(Context& context, const config::Instance* instance, const Scope& scope);

/// What was found at one place.
struct Audited {
  Survey survey;
  permissions::Audit audit;
};

core::Json documentOf(const std::vector<Audited>& all);
std::string textOf(const std::vector<Audited>& all, bool color);
/// The findings as checks, with a line that passes where there are none.
std::vector<core::CheckResult> checksOf(const std::vector<Audited>& all);

}  // namespace commands::permissions_shared
