#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "lib/core/stream.hpp"
#include "lib/dump/toc.hpp"

namespace dump {

/// What a file is by its first bytes.
enum class FileKind { plain, gzip, zstd, custom_archive, tar_archive, other_packing };
FileKind fileKind(std::string_view first_bytes);

/// Unpacks what `packed` begins with (gzip with several members, zstd frames, or nothing to
/// unpack). Errors: undetermined for packings that this program can't undo (xz, bzip2, archives);
/// errors of read(): corrupt, naming `name`.
std::unique_ptr<core::Source> unpackedByMagic(core::Source& packed, const std::string& name);

/// Unpacks zstd frames, one after the other.
std::unique_ptr<core::Source> zstdSource(core::Source& packed, std::string name);

/// How a file of that name is packed: ".gz", ".zst", else not at all.
Compression packingOf(const std::string& file);
/// One complete gzip member or zstd frame (or the bytes themselves) with `text`, appended to
/// `packed`. What one member holds follows one after the other, in one file. Safe from any thread.
void pack(Compression compression, std::string_view text, std::string& packed);

}  // namespace dump
