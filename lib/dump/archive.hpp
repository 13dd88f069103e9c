#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lib/core/stream.hpp"
#include "lib/dump/row_sum.hpp"
#include "lib/dump/toc.hpp"

namespace dump {

/// What a member of an archive holds: COPY text, statements (pg_dump --inserts), one large object,
/// or the list of large objects.
enum class MemberKind { rows, statements, large_object, large_object_list };

/// One file beside toc.dat.
struct Member {
  std::string file;  // as it is called on disk: "3456.dat.gz"
  MemberKind kind = MemberKind::rows;
  int entry = 0;       // dump id of its entry; 0 for a large object
  std::string schema;  // of the table; empty for large objects
  std::string table;
  std::vector<std::string> columns{};  // of MemberKind::rows, in the order of its lines
};

/// The members that the table of contents names. Large objects themselves are named by the lists.
/// Errors: corrupt if two entries name one file.
std::vector<Member> members(const Toc& toc, const std::string& name);

/// The members that a list of large objects names (blobs.toc). Errors: corrupt.
std::vector<Member> largeObjects(core::Source& list, const std::string& name,
                                 Compression compression);

/// What a full read of a member found.
struct MemberFacts {
  std::uint64_t bytes = 0;     // unpacked
  std::optional<RowSum> rows;  // of MemberKind::rows
};

/// Unpacks all of a member and looks at its content. Errors: corrupt (naming the file);
/// undetermined for a packing that this program can't undo (lz4, zstd).
MemberFacts readMember(core::Source& packed, const Member& member);

/// The text of a member, unpacked by the ending of its name.
std::unique_ptr<core::Source> unpacked(core::Source& packed, const std::string& file);

}  // namespace dump
