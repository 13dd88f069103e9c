#pragma once

#include <vector>

#include "lib/permissions/expectation.hpp"
#include "lib/permissions/finding.hpp"
#include "lib/permissions/place.hpp"

namespace permissions {

/// What decides beside owner, mode and ACL, and follows rules of its own: SELinux labels that are
/// not what the policy has for their paths (asked of restorecon, which changes nothing then), what
/// SELinux or AppArmor denied the people's processes lately, file systems of another host (NFS),
/// units whose user may be another one after each start. Offers the command that mends; the policy
/// is never changed. What can't be looked at is unknown.
std::vector<Finding> lookBeside(Site& site, const Expectations& expectations);

/// Lines of `restorecon -nvR` (policycoreutils 3): "Would relabel PATH from LABEL to LABEL".
std::vector<std::string> parseRelabels(const std::string& text);

/// Paths or names in denials that are about one of these programs, each line once: SELinux's
/// records (avc: denied … comm="gunicorn" name="media") and AppArmor's (apparmor="DENIED" …
/// profile="netbox" name="/opt/…").
std::vector<std::string> parseDenials(const std::string& text,
                                      const std::vector<std::string>& programs);

}  // namespace permissions
