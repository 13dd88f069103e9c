#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "lib/ports/scratch.hpp"
#include "lib/sanitize/rules.hpp"

namespace sanitize {

/// Room for several sets: so many bytes in memory, after which they grow in files that have no name
/// (`scratch` null: never).
struct Room {
  std::size_t memory = std::size_t{96} << 20;
  ports::ScratchFiles* scratch = nullptr;
  std::string folder{};
  std::atomic<std::uint64_t> used{0};
  Room(std::size_t bytes, ports::ScratchFiles* files, std::string where)
      : memory(bytes), scratch(files), folder(std::move(where)) {}
};

/// A set of 64-bit hashes with a small number each. Parts with a lock each: safe from any thread
/// while it is filled.
class HashSet {
 public:
  /// `room` is shared with other sets, and borrowed.
  explicit HashSet(Room& room);
  ~HashSet();
  /// Whether it is new.
  bool insert(std::uint64_t hash, std::uint16_t number);
  /// Adds bits to the number of a hash.
  void merge(std::uint64_t hash, std::uint16_t bits);
  /// The number, or -1. Not while another thread inserts.
  int find(std::uint64_t hash) const;
  std::uint64_t size() const { return size_.load(); }
  bool spilled() const { return spilled_.load(); }
  /// Makes the filter that answers most questions without looking into the set; call once, after
  /// the last insert.
  void freeze();
  bool mayHave(std::uint64_t hash) const {
    const std::uint64_t bit = hash >> filter_shift_;
    return (filter_[bit >> 6] >> (bit & 63) & 1) != 0;
  }

 private:
  struct Part;
  static constexpr std::size_t kParts = 64;
  Part& partOf(std::uint64_t hash) const { return *parts_[hash & (kParts - 1)]; }
  void put(std::uint64_t hash, std::uint16_t number, bool merge, bool& fresh);
  void grow(Part& part);

  Room& room_;
  std::array<std::unique_ptr<Part>, kParts> parts_;
  std::atomic<std::uint64_t> size_{0};
  std::atomic<bool> spilled_{false};
  std::vector<std::uint64_t> filter_;
  unsigned filter_shift_ = 58;
};

/// All original values of catalogue columns, as hashes of their tokens: never the values. Values
/// that are too common to mean anything elsewhere are kept with their place only: there they must
/// not be what they were.
class Originals {
 public:
  struct Limits {
    std::size_t memory = std::size_t{96} << 20;
    ports::ScratchFiles* scratch = nullptr;
    std::string folder{};
  };
  /// `words` are those of the schema, and of allow lists: they mean nothing.
  Originals(std::set<std::string> words, Limits limits);

  /// Takes a value of a column. `column` is a number below 65535 for reports; `place` a hash of
  /// table, row and path. Safe from any thread. Whether it is searched for everywhere, so that the
  /// same value need not come again.
  bool add(const CatalogueColumn& what, std::string_view value, std::uint16_t column,
           std::uint64_t place);
  void freeze();

  /// Whether a value that is in its place is what was there before, and too common to be found
  /// by search alone (or dense).
  bool sameInPlace(const CatalogueColumn& what, std::string_view value, std::uint64_t place) const;

  std::uint64_t searched() const { return singles_.size() + sequences_.size(); }
  std::uint64_t common() const { return common_.load(); }
  bool spilled() const { return singles_.spilled() || sequences_.spilled() || places_.spilled(); }

  // For the search.
  const HashSet& singles() const { return singles_; }
  const HashSet& sequences() const { return sequences_; }
  /// First two tokens of a sequence -> bit n: sequences of n tokens begin so.
  const HashSet& pairs() const { return pairs_; }
  static constexpr std::size_t kLongestSequence = 12;
  static constexpr std::uint16_t kDense = 0x8000;  // bit of a column's number: of a dense space

 private:
  void addTokens(std::string_view value, std::uint16_t column);
  void addSequence(const std::uint64_t* tokens, std::size_t count, std::uint16_t column);
  void addHardware(std::uint64_t bits, std::size_t digits, std::uint16_t column);
  bool commonValue(Form form, std::string_view value) const;
  bool addValue(const CatalogueColumn& what, std::string_view value, std::uint16_t column,
                std::uint64_t place);
  static bool nobodys(Form form, std::string_view value);
  bool addProse(const CatalogueColumn& what, std::string_view value, std::uint16_t column,
                std::uint64_t place);
  void addPlace(std::string_view value, std::uint64_t place);

  std::set<std::string> words_;
  Room room_;
  HashSet singles_;
  HashSet sequences_;
  HashSet pairs_;
  HashSet places_;
  std::atomic<std::uint64_t> common_{0};
};

/// Adds values for one thread, and knows those of late: in a change log they come again and again.
class Collector {
 public:
  explicit Collector(Originals& originals) : originals_(originals), recent_(16384) {}
  bool operator()(const CatalogueColumn& what, std::string_view value, std::uint16_t column,
                  std::uint64_t place);

 private:
  Originals& originals_;
  std::vector<std::uint64_t> recent_;
};

/// Hash of all tokens of a value, one after the other; 0 if it has none.
std::uint64_t valueHash(std::string_view value);

/// Chains a place's parts: table, row, key.
std::uint64_t placeHash(std::uint64_t place, std::string_view part);

}  // namespace sanitize
