#pragma once

#include "lib/sandbox/site.hpp"

namespace sandbox {

/// Writes the stand-in application as a NetBox installation is laid out: below DIR/app, with its
/// configuration.py and the release that the database says. The program's files belong to whoever
/// called; configuration.py holds the password and is the account's alone.
void writeApplication(Site& site);
/// The folder for uploads, with the files that the generated data names.
void writeMedia(Site& site);

}  // namespace sandbox
