#pragma once

#include "lib/config/instance.hpp"
#include "lib/core/secret.hpp"
#include "lib/permissions/finding.hpp"
#include "lib/ports/world.hpp"

namespace permissions {

/// Uploads a small image through the application's API, as an attachment of the first device that
/// there is, looks at it, and deletes it again. What people do when they find out that uploads
/// fail. The address is that of the instance's first probe. Gives one finding: pass, fail (what the
/// application answered), or unknown (it could not be asked, or there is no device).
Finding tryUpload(ports::World& world, const config::Instance& instance, const core::Secret& token);

}  // namespace permissions
