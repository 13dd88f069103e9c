#pragma once

#include "commands/operation.hpp"
#include "lib/step/hold.hpp"

namespace commands {

/// What a run locks of the instance.
step::LockScope lockScope(Context& context, const config::Instance& instance,
                          Operation::Locks locks);

}  // namespace commands
