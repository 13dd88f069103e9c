#include "lib/backup/listing.hpp"

#include "lib/core/error.hpp"

namespace backup {
namespace {

void walk(Place& place, const std::string& below, const core::Cancellation& cancellation,
          const OnTrouble& trouble, std::vector<Found>& found) {
  cancellation.check();
  try {
    const auto info = place.info(below);
    if (!info) throw core::Error(core::Kind::not_found, place.nameOf(below) + " is gone");
    found.push_back({below, *info});
    if (info->type != ports::FileType::folder) return;
    for (const ports::FileInfo& entry : place.list(below)) {
      const std::string next = below.empty() ? entry.name : below + "/" + entry.name;
      walk(place, next, cancellation, trouble, found);
    }
  } catch (const core::Error& error) {
    if (error.kind() == core::Kind::interrupted) throw;
    trouble(place.nameOf(below), error);
  }
}

}  // namespace

Place::Place(ports::Files& files, Root root) : root_(std::move(root)) {
  const auto info = files.info(root_.path);
  if (!info) return;
  const auto slash = root_.path.rfind('/');
  const bool folder = info->type == ports::FileType::folder;
  if (!folder) file_ = root_.path.substr(slash + 1);
  tree_ = files.tree(folder ? root_.path : root_.path.substr(0, std::max<std::size_t>(slash, 1)));
}

std::string Place::nameOf(const std::string& below) const {
  return below.empty() ? root_.name : root_.name + "/" + below;
}

std::optional<ports::FileInfo> Place::info(const std::string& below) {
  return tree_->info(at(below));
}

std::vector<ports::FileInfo> Place::list(const std::string& below) {
  return tree_->list(at(below));
}

std::unique_ptr<core::Source> Place::open(const std::string& below) {
  return tree_->open(at(below));
}

std::string Place::linkTarget(const std::string& below) { return tree_->linkTarget(at(below)); }

std::vector<Found> listPlace(Place& place, const core::Cancellation& cancellation,
                             const OnTrouble& trouble) {
  std::vector<Found> found;
  walk(place, "", cancellation, trouble, found);
  return found;
}

}  // namespace backup
