#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace backup::tar {

/// Layout of a header: POSIX.1-2017, pax, "ustar Interchange Format".
inline constexpr std::size_t kBlock = 512;
struct Field {
  std::size_t at;
  std::size_t size;
};
inline constexpr Field kName{0, 100};
inline constexpr Field kMode{100, 8};
inline constexpr Field kOwner{108, 8};
inline constexpr Field kGroup{116, 8};
inline constexpr Field kSize{124, 12};
inline constexpr Field kChanged{136, 12};
inline constexpr Field kSum{148, 8};
inline constexpr Field kType{156, 1};
inline constexpr Field kLink{157, 100};
inline constexpr Field kMagic{257, 8};  // "ustar", NUL, "00"
inline constexpr Field kOwnerName{265, 32};
inline constexpr Field kGroupName{297, 32};
inline constexpr Field kPrefix{345, 155};

inline constexpr char kPaxType = 'x';
inline constexpr char kFileType = '0';
inline constexpr char kLinkType = '2';
inline constexpr char kFolderType = '5';

using Header = std::array<char, kBlock>;

/// Whether a value fits: text with room for all of it, a number in octal digits.
bool fits(Field field, std::string_view text);
bool fits(Field field, std::uint64_t number);
void put(Header& header, Field field, std::string_view text);
void putNumber(Header& header, Field field, std::uint64_t number);
std::string textIn(const Header& header, Field field);
/// Nothing if it is no octal number.
std::optional<std::uint64_t> numberIn(const Header& header, Field field);
/// Sum of all bytes, with spaces in place of the sum itself.
std::uint64_t sumOf(const Header& header);

}  // namespace backup::tar
