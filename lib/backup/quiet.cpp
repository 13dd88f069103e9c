#include "lib/backup/quiet.hpp"

#include "lib/service/step_drained.hpp"

namespace backup {

void Quiet::apply(const core::Json& before, core::Progress& progress) {
  Stopped::apply(before, progress);
  opened_ = true;
  *end_ = [this, before, &progress] { end(before, progress); };
}

void Quiet::close(const core::Json& before, core::Progress& progress) {
  *end_ = nullptr;
  end(before, progress);
}

void Quiet::end(const core::Json& before, core::Progress& progress) {
  if (!run_.empty()) service::endSuspension(service_, run_);
  Stopped::close(before, progress);
}

}  // namespace backup
