#pragma once

#include <memory>
#include <string>

#include "lib/ports/files.hpp"
#include "lib/sandbox/site.hpp"

namespace sandbox {

/// The folder as everything below uses it: absolute, parents without links, no slash at its end.
/// Errors: usage (characters that would need quoting somewhere, or too long for the name of a
/// socket), refused (a link).
Layout checkFolder(ports::Files& files, const std::string& folder);

/// Refuses a folder that is not ours: not empty and without our marker, or a copy.
[[noreturn]] void refuseForeign(const Layout& layout, const State& state);
/// Errors: not_found, refused (foreign).
State requireOurs(ports::Files& files, const Layout& layout);

/// Lets one command at a time change a sandbox; given back when destroyed.
/// Errors: locked.
std::unique_ptr<ports::FileLock> lockFolder(ports::Files& files, const Layout& layout);

/// Refuses where somebody else's sandbox would be changed. Errors: denied.
void requireOwner(const ports::World& world, const Layout& layout, const State& state);

/// Refuses a folder (or, before it is made, the part of its path that is there) that the servers'
/// account can't enter, naming it. Errors: refused.
void requireEnterable(Site& site);
/// Makes it with the parents that are missing, for everybody to enter.
void makeFolderWithParents(ports::Files& files, const std::string& path);

}  // namespace sandbox
