#include "commands/sanitize_made_before.hpp"

#include "lib/core/digest.hpp"
#include "lib/core/json.hpp"
#include "lib/sanitize/run.hpp"

namespace commands {

MadeBefore::MadeBefore(Context& context, const std::string& file)
    : context_(context),
      file_(file),
      note_(context.stateFolder() + "/sanitize/" + core::sha256(file).substr(0, 24) + ".json") {}

bool MadeBefore::same(const std::string& recipe) const {
  ports::Files& files = context_.world().files;
  if (!files.info(note_) || !files.info(file_)) return false;
  const core::Json known = core::Json::parse(files.read(note_), nullptr, false);
  if (!known.is_object() || known.value("recipe", "") != recipe) return false;
  const auto source = files.open(file_);
  sanitize::DigestSource digest(*source);
  std::vector<char> block(core::kBlockBytes);
  while (digest.read(block) > 0) context_.world().cancellation.check();
  return known.value("output", "") == digest.hex();
}

void MadeBefore::keep(const std::string& recipe, const std::string& sha256) {
  ports::Files& files = context_.world().files;
  files.makeFolder(note_.substr(0, note_.rfind('/')), 0700);
  files.replace(note_, core::Json({{"recipe", recipe}, {"output", sha256}}).dump() + "\n", 0600);
}

}  // namespace commands
