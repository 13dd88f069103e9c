#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dump {

/// A file in a zip archive (a wheel).
struct ZipMember {
  std::string name;
  std::uint64_t packed = 0;
  std::uint64_t bytes = 0;
  std::uint32_t checksum = 0;
  std::uint64_t offset = 0;  // of its local header
  unsigned method = 0;       // 0 stored, 8 deflated
};

/// The members of a whole archive. Nothing in it is trusted: at most 100,000 members, no ZIP64.
/// Errors: corrupt, naming `name`. Source of the layout: APPNOTE.TXT of PKWARE, 4.3.
std::vector<ZipMember> zipMembers(std::string_view archive, const std::string& name);

/// The content of a member, at most 8 MiB. Errors: corrupt (also a wrong checksum), undetermined
/// for another method.
std::string zipContent(std::string_view archive, const ZipMember& member, const std::string& name);

}  // namespace dump
