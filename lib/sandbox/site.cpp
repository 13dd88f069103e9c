#include "lib/sandbox/site.hpp"

#include <stdexcept>

#include "lib/core/digest.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace sandbox {

std::string must(Site& site, std::vector<std::string> argv, const std::string& what,
                 const std::string& input, std::chrono::milliseconds limit) {
  ports::Command command{std::move(argv)};
  command.user = site.otherAccount();
  command.directory = site.layout.root;
  command.limit = limit;
  const auto outcome = site.world.shell.run(command, input);
  if (outcome.ok()) return outcome.out;
  throw core::Error(core::Kind::unexpected, what + ": " + outcome.inWords(),
                    "The logs of the sandbox are in " + site.layout.log() + ".");
}

void makeAccountFolder(Site& site, const std::string& path, unsigned mode) {
  site.world.files.makeFolder(path, mode);
  if (!site.otherAccount().empty()) site.world.files.setOwner(path, site.state.account);
}

void writeAccountFile(Site& site, const std::string& path, const std::string& text, unsigned mode) {
  site.world.files.replace(path, text, mode);
  if (!site.otherAccount().empty()) site.world.files.setOwner(path, site.state.account);
}

std::string filled(std::string text,
                   const std::vector<std::pair<std::string, std::string>>& values) {
  for (const auto& [name, value] : values) {
    const std::string mark = "@" + name + "@";
    for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos; at += value.size()) {
      text.replace(at, mark.size(), value);
    }
  }
  return text;
}

std::string randomWord(ports::World& world) {
  // Each reading gives another random number (random(4)).
  const std::string source = "/proc/sys/kernel/random/uuid";
  return core::sha256(world.files.read(source) + world.files.read(source)).substr(0, 40);
}

std::string secretIn(Site& site, const std::string& path) {
  if (!site.world.files.info(path)) {
    site.world.files.replace(path, randomWord(site.world) + "\n", 0600);
  }
  return std::string(core::trim(site.world.files.read(path)));
}

}  // namespace sandbox
