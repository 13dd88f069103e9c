#include "lib/backup/quiet.hpp"

namespace backup {

void Quiet::apply(const core::Json& before, core::Progress& progress) {
  Stopped::apply(before, progress);
  opened_ = true;
  *end_ = [this, before, &progress] { Stopped::close(before, progress); };
}

void Quiet::close(const core::Json& before, core::Progress& progress) {
  *end_ = nullptr;
  Stopped::close(before, progress);
}

}  // namespace backup
