#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/sanitize/permutation.hpp"

namespace sanitize {

/// What a sensitive value is, as far as its form goes.
enum class Format {
  text,      // serials, tags, names of people and things, user names, phones, slugs
  hostname,  // each label by itself: host names keep fitting their domain names
  email,
  mac,         // both halves; group and local bit kept
  mac_vendor,  // the first three bytes kept
  wwn,
  ip,      // prefix-preserving; special ranges stay what they are
  prefix,  // as ip, with the bits behind the mask zero
  asn,     // private ones stay private, 16 bits stay 16 bits
  rd,      // route distinguishers and targets: "65000:100", "10.0.0.1:5"
  coordinate,
};

std::optional<Format> formatNamed(std::string_view name);
const char* formatName(Format format);

/// The numbers 10.1.2.3/24 and 2001:db8::1 stand for.
struct Address {
  bool v6 = false;
  std::array<std::uint8_t, 16> bytes{};  // the first 4 for IPv4
  int length = -1;                       // of the mask; -1: none given
  int bits() const { return v6 ? 128 : 32; }
};
std::optional<Address> parseAddress(std::string_view text);
/// Whether an address or network is everybody's: "10.0.0.0/8", "0.0.0.0/0". It has no pseudonym but
/// itself.
bool isWellKnown(const Address& address);
/// As PostgreSQL writes inet; the mask only if one is given.
void writeAddress(const Address& address, std::string& to);

/// The 48 (or 64, with 16 digits) bits of "02:aa:…", "02-AA-…", "02aa.bbcc.ddee" or bare digits.
std::optional<std::uint64_t> parseHardwareAddress(std::string_view text, std::size_t digits);

/// Gives pseudonyms: the same value and key always the same one, whatever the table; two values
/// never the same one. Without the key they can't be taken back. For one thread.
class Pseudonyms {
 public:
  /// `key` is the site's key, 32 bytes; the parts of it that are used are derived.
  explicit Pseudonyms(std::string_view key);
  /// Appends the pseudonym of `value`. A value that does not have the format's form is treated as
  /// text. Empty stays empty.
  void apply(Format format, std::string_view value, std::string& to);
  /// `end` moved as `start` was: a range keeps its length and order.
  void shift(Format format, std::string_view start, std::string_view end, std::string& to);

 private:
  struct Remembered {
    Format format = Format::text;
    std::uint8_t value_bytes = 0;
    std::uint8_t result_bytes = 0;
    std::array<char, 61> value;
    std::array<char, 64> result;
  };
  void make(Format format, std::string_view value, std::string& to);
  void hostname(std::string_view value, std::string& to);
  void email(std::string_view value, std::string& to);
  bool hardware(std::string_view value, std::size_t digits, bool keep_vendor, std::string& to);
  bool address(std::string_view value, bool prefix, std::string& to);
  void permute(Address& address);
  bool asn(std::string_view value, std::string& to);
  bool routeDistinguisher(std::string_view value, std::string& to);
  bool coordinate(std::string_view value, std::string& to);

  TextPermutation text_;
  NumberPermutation numbers_;
  core::BlockCipher bits_;
  std::vector<Remembered> cache_;
};

/// "host1-2" as NetBox stores it for sorting: digits filled up to eight.
/// Source: utilities/ordering.py of NetBox 2.7 to 4.1, naturalize().
void naturalize(std::string_view value, std::size_t longest, std::string& to);

}  // namespace sanitize
