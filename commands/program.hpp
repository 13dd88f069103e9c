#pragma once

#include <functional>
#include <ostream>
#include <vector>

#include "commands/surroundings.hpp"
#include "commands/verb.hpp"
#include "lib/core/time.hpp"
#include "lib/ports/world.hpp"

namespace commands {

/// The program between its adapters and its exit: reads the command line, runs the verb, tells
/// errors, writes files. Gives the exit status; throws nothing.
/// `arm` is told the time after which world.cancellation is to be requested (--timeout).
int program(ports::World& world, const Start& start, const std::vector<Noun>& nouns,
            std::ostream& out, std::ostream& err, const std::function<void(core::Duration)>& arm);

}  // namespace commands
