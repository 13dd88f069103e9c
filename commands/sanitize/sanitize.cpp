#include "commands/sanitize/sanitize.hpp"

namespace commands {

Noun sanitizeNoun() {
  return {
      "sanitize",
      "copy a dump with nothing sensitive left in it, and prove it",
      {sanitizeDump(), sanitizeDatabase(), sanitizeScan(), sanitizeCoverage(), sanitizeRules()}};
}

}  // namespace commands
