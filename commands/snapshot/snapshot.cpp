#include "commands/snapshot/snapshot.hpp"

namespace commands {

Noun snapshotNoun() {
  return {"snapshot",
          "facts of an instance at one moment: take, compare with another moment or instance",
          {snapshotTake(), snapshotList(), snapshotShow(), snapshotDiff()}};
}

}  // namespace commands
