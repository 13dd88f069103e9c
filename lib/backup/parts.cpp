#include "lib/backup/parts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/backup/listing.hpp"
#include "lib/backup/tar.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/dump/gzip.hpp"

namespace backup {
namespace {

using ports::FileInfo;
using ports::FileType;

constexpr const char* kGone = "went while it was copied";

class PartCopy {
 public:
  PartCopy(ports::World& world, const Roots& roots, const std::string& name)
      : world_(world), roots_(roots.of(name)) {
    part_.name = name;
    for (const auto& [part, why] : roots.undetermined) {
      if (part == name) part_.undetermined = why;
    }
  }

  /// First of all, so that what comes and goes later is noticed.
  std::uint64_t list() {
    std::uint64_t bytes = 0;
    for (const Root& root : roots_) {
      auto place = tried(root.name, [&] { return Place(world_.files, root); });
      if (!place) continue;
      if (!place->there()) {
        if (root.name == kMedia) leaveOut(root.name, root.path + " is not there");
        continue;
      }
      part_.roots.push_back({root.name, root.path});
      std::vector<Found> found = listPlace(
          *place, world_.cancellation, [this](const std::string& name, const core::Error& error) {
            leaveOut(name, inWords(error));
          });
      for (const Found& each : found) bytes += each.info.bytes;
      places_.push_back({std::move(*place), std::move(found)});
    }
    return bytes;
  }

  void copy(const std::string& folder, core::Progress& progress, std::uint64_t& done,
            std::uint64_t total) {
    if (part_.roots.empty()) return;
    part_.archive = archiveOf(part_.name);
    const auto file = world_.files.create(folder + "/" + part_.archive, 0600);
    dump::GzipSink packed(*file);
    TarWriter tar(packed);
    for (Listed& listed : places_) {
      for (const Found& found : listed.found) {
        world_.cancellation.check();
        progress.at("copying " + listed.place.nameOf(found.below), done, total);
        copyOne(listed.place, found, tar);
        done += found.info.bytes;
      }
    }
    tar.finish();
    packed.finish();
    file->finish();
  }

  Part take() { return std::move(part_); }

 private:
  struct Listed {
    Place place;
    std::vector<Found> found;
  };

  static std::string inWords(const core::Error& error) {
    return error.kind() == core::Kind::not_found ? kGone : error.what();
  }

  /// What `look` gives; nothing, and told, if it can't be read.
  template <typename Look>
  auto tried(const std::string& name, Look look) -> std::optional<decltype(look())> {
    try {
      return look();
    } catch (const core::Error& error) {
      if (error.kind() == core::Kind::interrupted) throw;
      leaveOut(name, inWords(error));
      return std::nullopt;
    }
  }

  void leaveOut(const std::string& name, const std::string& why) {
    if (part_.left_out_count++ < kToldOf) {
      part_.left_out.push_back(fmt::format("{}: {}", core::printable(name), why));
    }
  }

  void noteChange(const std::string& name) {
    if (part_.changed_count++ < kToldOf) part_.changed.push_back(core::printable(name));
  }

  void copyOne(Place& place, const Found& found, TarWriter& tar) {
    const std::string name = place.nameOf(found.below);
    TarEntry entry{name, found.info, {}};
    switch (found.info.type) {
      case FileType::folder:
        return tar.add(entry);
      case FileType::link:
        return copyLink(place, found, std::move(entry), tar);
      case FileType::file:
        return copyFile(place, found, std::move(entry), tar);
      case FileType::other:
        return leaveOut(name, "is a device, socket or pipe");
    }
  }

  void copyLink(Place& place, const Found& found, TarEntry entry, TarWriter& tar) {
    const auto target = tried(entry.path, [&] { return place.linkTarget(found.below); });
    if (!target) return;
    if (!staysInside(place.root().name, entry.path, *target)) {
      return leaveOut(entry.path, fmt::format("is a link that leads out of its folder, to {}",
                                              core::printable(*target)));
    }
    entry.target = *target;
    tar.add(entry);
    ++part_.files;
  }

  /// As many bytes as were promised, whatever the file does meanwhile.
  void copyFile(Place& place, const Found& found, TarEntry entry, TarWriter& tar) {
    const auto source = tried(entry.path, [&] { return place.open(found.below); });
    if (!source) return;
    const auto now = tried(entry.path, [&] { return place.info(found.below); });
    if (!now) return;
    if (!*now || (*now)->type != FileType::file) return leaveOut(entry.path, kGone);
    entry.info = **now;
    tar.add(entry);
    std::uint64_t left = entry.info.bytes;
    const bool read = copyContent(**source, entry.path, left, tar);
    fill(left, tar);
    ++part_.files;
    part_.bytes += entry.info.bytes;
    const auto after = read ? place.info(found.below) : std::nullopt;
    const bool same = after && after->bytes == found.info.bytes &&
                      after->changed == found.info.changed && after->inode == found.info.inode;
    if (read && (left > 0 || !same)) noteChange(entry.path);
  }

  /// False, and told, if it can't be read to its end.
  bool copyContent(core::Source& source, const std::string& name, std::uint64_t& left,
                   TarWriter& tar) {
    block_.resize(core::kBlockBytes);
    while (left > 0) {
      world_.cancellation.check();
      const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(block_.size(), left));
      const auto got = tried(name, [&] { return source.read(std::span(block_).first(wanted)); });
      if (!got) return false;
      if (*got == 0) return true;
      tar.content({block_.data(), *got});
      left -= *got;
    }
    return true;
  }

  void fill(std::uint64_t bytes, TarWriter& tar) {
    static const std::string kZeros(4096, '\0');
    for (std::uint64_t left = bytes; left > 0;) {
      const auto part = std::min<std::uint64_t>(left, kZeros.size());
      tar.content(std::string_view(kZeros).substr(0, static_cast<std::size_t>(part)));
      left -= part;
    }
  }

  ports::World& world_;
  std::vector<Root> roots_;
  std::vector<Listed> places_;
  std::vector<char> block_;
  Part part_;
};

}  // namespace

std::vector<Part> copyParts(ports::World& world, const Roots& roots,
                            const std::vector<std::string>& parts, const std::string& folder,
                            core::Progress& progress) {
  std::vector<PartCopy> copies;
  std::uint64_t total = 0;
  for (const std::string& part : parts) {
    copies.emplace_back(world, roots, part);
    total += copies.back().list();
  }
  if (const std::uint64_t free = world.files.freeBytes(folder); free < total) {
    throw core::Error(
        core::Kind::refused,
        fmt::format("{} free below {}, and the files of {} have {}", core::formatBytes(free),
                    folder, core::join(parts, " and "), core::formatBytes(total)),
        "Make room, or set another folder in the instance's [backup] section.");
  }
  std::vector<Part> all;
  std::uint64_t done = 0;
  for (PartCopy& copy : copies) {
    copy.copy(folder, progress, done, total);
    all.push_back(copy.take());
  }
  return all;
}

void checkPart(core::Source& archive, const std::string& name, const Part& part) {
  std::vector<std::string> roots;
  for (const Part::Root& root : part.roots) roots.push_back(root.name);
  dump::GzipSource unpacked(archive, name);
  TarReader tar(unpacked, name, roots);
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  while (const auto entry = tar.next()) {
    if (entry->info.type != FileType::folder) ++files;
    bytes += entry->info.bytes;
  }
  if (files == part.files && bytes == part.bytes) return;
  throw core::Error(core::Kind::corrupt,
                    fmt::format("{}: {} files with {} bytes, and the manifest says {} with {}",
                                name, files, bytes, part.files, part.bytes));
}

}  // namespace backup
