#include "lib/restore/lent.hpp"

#include <fmt/format.h>

#include "lib/core/error.hpp"

namespace restore {
namespace {

constexpr unsigned kEnterOnly = 0711;
constexpr unsigned kOurs = 0700;

}  // namespace

Lent::Lent(ports::World& world, std::string set, std::string dump, std::string account)
    : world_(world),
      set_(std::move(set)),
      dump_(std::move(dump)),
      account_(std::move(account)),
      other_(!account_.empty() && account_ != world_.caller.account) {
  if (!other_) return;
  give(account_, kEnterOnly);
  try {
    requireEntrance();
  } catch (...) {
    give(world_.caller.account, kOurs);
    throw;
  }
}

Lent::~Lent() {
  if (!other_) return;
  try {
    give(world_.caller.account, kOurs);
  } catch (const core::Error&) {
    // The set is whole; it only belongs to the other account, whom the next restore asks again.
  }
}

void Lent::give(const std::string& account, unsigned set_mode) {
  world_.files.setMode(set_, set_mode);
  for (const ports::FileInfo& file : world_.files.list(dump_)) {
    world_.files.setOwner(dump_ + "/" + file.name, account);
  }
  world_.files.setOwner(dump_, account);
}

void Lent::requireEntrance() {
  ports::Command look;
  look.argv = {"test", "-r", dump_ + "/toc.dat"};
  look.user = account_;
  look.mutates = false;
  if (world_.shell.run(look).ok()) return;
  throw core::Error(
      core::Kind::refused,
      fmt::format("account {}, which pg_restore runs as, can't enter {}", account_, dump_),
      "Let it pass through the folders above (chmod o+x).");
}

}  // namespace restore
