#pragma once

#include "commands/verb.hpp"

namespace commands {

Noun doctorNoun();

}  // namespace commands
