#include "lib/sanitize/originals.hpp"

#include <algorithm>
#include <functional>
#include <span>

#include "lib/sanitize/pseudonyms.hpp"
#include "lib/sanitize/tokens.hpp"

namespace sanitize {
namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }
bool letter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }

/// "2026-11-21", "2026-11-21T03:00:00Z": stands in every second column.
bool isDate(std::string_view value) {
  constexpr std::string_view kShape = "dddd-dd-dd";
  if (value.size() < kShape.size()) return false;
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    if (kShape[i] == 'd' ? !digit(value[i]) : value[i] != '-') return false;
  }
  return std::all_of(value.begin(), value.end(), [](char c) {
    return digit(c) || c == '-' || c == ':' || c == 'T' || c == 'Z' || c == ' ' || c == '.' ||
           c == '+';
  });
}

struct Shape {
  std::size_t letters = 0;
  std::size_t digits = 0;
  std::size_t others = 0;  // bytes over 0x7f
  std::size_t tokens = 0;
  std::size_t count() const { return letters + digits + others; }
};

Shape shapeOf(std::string_view value) {
  Shape shape;
  bool inside = false;
  for (const char c : value) {
    const bool token = tokenByte(static_cast<unsigned char>(c));
    if (token && !inside) ++shape.tokens;
    inside = token;
    if (digit(c)) ++shape.digits;
    if (letter(c)) ++shape.letters;
    if (static_cast<unsigned char>(c) >= 0x80) ++shape.others;
  }
  return shape;
}

std::string lowerCase(std::string_view value) {
  std::string text(value);
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

std::uint64_t chain(std::uint64_t hash, std::uint64_t token) {
  return mix(hash, token) * 0x9fb21c651e98df25U;
}

}  // namespace

struct HashSet::Part {
  std::mutex mutex;
  std::vector<std::byte> memory;
  std::unique_ptr<ports::ScratchMemory> file;
  std::uint64_t* hashes = nullptr;  // 0: free
  std::uint16_t* numbers = nullptr;
  std::size_t slots = 0;
  std::size_t used = 0;

  std::size_t slot(std::uint64_t hash) const {
    // The low bits chose the part; the top ones go into the filter.
    std::size_t at = (hash >> 8) & (slots - 1);
    while (hashes[at] != 0 && hashes[at] != hash) at = (at + 1) & (slots - 1);
    return at;
  }
};

HashSet::HashSet(Room& room) : room_(room) {
  for (auto& part : parts_) part = std::make_unique<Part>();
}

HashSet::~HashSet() = default;

void HashSet::grow(Part& part) {
  const std::size_t slots = std::max<std::size_t>(64, part.slots * 2);
  const std::size_t bytes = slots * (sizeof(std::uint64_t) + sizeof(std::uint16_t));
  Part next;
  std::span<std::byte> room;
  const bool in_file = room_.scratch != nullptr && room_.used.load() + bytes > room_.memory;
  if (in_file) {
    next.file = room_.scratch->scratchMemory(room_.folder, bytes);
    room = next.file->bytes();
    spilled_ = true;
  } else {
    next.memory.resize(bytes);
    room = next.memory;
    room_.used += bytes;
  }
  next.hashes = reinterpret_cast<std::uint64_t*>(room.data());
  next.numbers = reinterpret_cast<std::uint16_t*>(room.data() + slots * sizeof(std::uint64_t));
  next.slots = slots;
  for (std::size_t at = 0; at < part.slots; ++at) {
    if (part.hashes[at] == 0) continue;
    const std::size_t to = next.slot(part.hashes[at]);
    next.hashes[to] = part.hashes[at];
    next.numbers[to] = part.numbers[at];
  }
  room_.used -= part.memory.size();
  part.memory = std::move(next.memory);
  part.file = std::move(next.file);
  part.hashes = next.hashes;
  part.numbers = next.numbers;
  part.slots = next.slots;
}

void HashSet::put(std::uint64_t hash, std::uint16_t number, bool merge, bool& fresh) {
  if (hash == 0) hash = 1;
  Part& part = partOf(hash);
  const std::lock_guard lock(part.mutex);
  if (part.used * 4 >= part.slots * 3) grow(part);
  const std::size_t at = part.slot(hash);
  fresh = part.hashes[at] == 0;
  if (fresh) {
    part.hashes[at] = hash;
    part.numbers[at] = number;
    ++part.used;
    ++size_;
  } else if (merge) {
    part.numbers[at] = static_cast<std::uint16_t>(part.numbers[at] | number);
  }
}

bool HashSet::insert(std::uint64_t hash, std::uint16_t number) {
  bool fresh = false;
  put(hash, number, false, fresh);
  return fresh;
}

void HashSet::merge(std::uint64_t hash, std::uint16_t bits) {
  bool fresh = false;
  put(hash, bits, true, fresh);
}

int HashSet::find(std::uint64_t hash) const {
  if (hash == 0) hash = 1;
  const Part& part = partOf(hash);
  if (part.slots == 0) return -1;
  const std::size_t at = part.slot(hash);
  return part.hashes[at] == hash ? part.numbers[at] : -1;
}

void HashSet::freeze() {
  // Sixteen bits per hash, at most 2 MB: what does not fit into the processor's cache is slow.
  unsigned bits = 12;
  while (bits < 24 && (std::uint64_t{1} << bits) < size_.load() * 16) ++bits;
  filter_.assign((std::size_t{1} << bits) / 64, 0);
  filter_shift_ = 64 - bits;
  for (const auto& part : parts_) {
    for (std::size_t at = 0; at < part->slots; ++at) {
      if (part->hashes[at] == 0) continue;
      const std::uint64_t bit = part->hashes[at] >> filter_shift_;
      filter_[bit >> 6] |= std::uint64_t{1} << (bit & 63);
    }
  }
}

std::uint64_t valueHash(std::string_view value) {
  std::uint64_t hash = 0;
  bool any = false;
  eachToken(value, [&](std::uint64_t token, std::size_t, std::size_t) {
    hash = chain(hash, token);
    any = true;
  });
  return any ? (hash == 0 ? 1 : hash) : 0;
}

std::uint64_t placeHash(std::uint64_t place, std::string_view part) {
  return chain(place, tokenHash(part.data(), part.size(), part.data() + part.size()));
}

Originals::Originals(std::set<std::string> words, Limits limits)
    : words_(std::move(words)),
      room_(limits.memory, limits.scratch, limits.folder),
      singles_(room_),
      sequences_(room_),
      pairs_(room_),
      places_(room_) {}

void Originals::freeze() {
  singles_.freeze();
  sequences_.freeze();
  pairs_.freeze();
  places_.freeze();
}

/// Whether finding the value somewhere would say nothing: too short, a date, a plain word.
bool Originals::commonValue(Form form, std::string_view value) const {
  const Shape shape = shapeOf(value);
  if (shape.count() < 6 || isDate(value)) return true;
  if (shape.letters + shape.others == 0) return shape.digits < 8;
  const bool loose = form == Form::json || form == Form::prose || form == Form::history;
  if (shape.tokens == 1) {
    if (words_.count(lowerCase(value)) != 0) return true;
    // In free text and JSON a word is a word; what mixes letters and digits is none.
    return loose && (shape.digits == 0 ? shape.count() < 16 : shape.count() < 8);
  }
  if (loose) return shape.digits == 0 ? shape.count() < 16 || shape.tokens < 3 : shape.count() < 8;
  bool known = true;  // "Data Center": words of the schema only
  eachToken(value, [&](std::uint64_t, std::size_t begin, std::size_t end) {
    known = known && words_.count(lowerCase(value.substr(begin, end - begin))) != 0;
  });
  return known;
}

void Originals::addPlace(std::string_view value, std::uint64_t place) {
  const std::uint64_t hash = valueHash(value);
  if (hash != 0) places_.insert(chain(place, hash), 0);
}

void Originals::addSequence(const std::uint64_t* tokens, std::size_t count, std::uint16_t column) {
  if (count == 0) return;
  count = std::min(count, kLongestSequence);
  std::uint64_t hash = 0;
  for (std::size_t i = 0; i < count; ++i) hash = chain(hash, tokens[i]);
  if (count == 1) {
    singles_.insert(hash, column);
    return;
  }
  sequences_.insert(hash, column);
  pairs_.merge(chain(chain(0, tokens[0]), tokens[1]), static_cast<std::uint16_t>(1U << count));
}

void Originals::addTokens(std::string_view value, std::uint16_t column) {
  std::array<std::uint64_t, kLongestSequence> tokens{};
  std::size_t count = 0;
  eachToken(value, [&](std::uint64_t token, std::size_t, std::size_t) {
    if (count < tokens.size()) tokens[count++] = token;
  });
  addSequence(tokens.data(), count, column);
}

/// With separators between bytes, between pairs of bytes, and without.
void Originals::addHardware(std::uint64_t bits, std::size_t digits, std::uint16_t column) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::array<char, 16> text{};
  for (std::size_t i = 0; i < digits; ++i) text[i] = kDigits[bits >> (4 * (digits - 1 - i)) & 15];
  for (const std::size_t group : {std::size_t{2}, std::size_t{4}, digits}) {
    std::array<std::uint64_t, 8> tokens{};
    for (std::size_t i = 0; i < digits / group; ++i) {
      tokens[i] = tokenHash(text.data() + i * group, group, text.data() + text.size());
    }
    addSequence(tokens.data(), digits / group, column);
  }
}

/// Free text line by line: a sentence that was kept shows, wherever it stands.
bool Originals::addProse(const CatalogueColumn& what, std::string_view value, std::uint16_t column,
                         std::uint64_t place) {
  bool searched = false;
  for (std::size_t from = 0; from < value.size();) {
    std::size_t end = value.find_first_of("\r\n", from);
    if (end == std::string_view::npos) end = value.size();
    const std::string_view line = value.substr(from, end - from);
    if (!commonValue(what.form, line)) {
      addTokens(line, column);
      searched = true;
    }
    from = end + 1;
  }
  if (searched) return true;
  ++common_;
  addPlace(value, place);
  return false;
}

bool Originals::nobodys(Form form, std::string_view value) {
  // What Django stores where nobody can log in, and the address that nobody listens at.
  if (form == Form::secret) return value.size() == 41 && value[0] == '!';
  return form == Form::url && value.starts_with("http://127.0.0.1:9/");
}

bool Originals::add(const CatalogueColumn& what, std::string_view value, std::uint16_t column,
                    std::uint64_t place) {
  if (value.empty() || nobodys(what.form, value)) return false;
  return addValue(what, value, column, place);
}

bool Collector::operator()(const CatalogueColumn& what, std::string_view value,
                           std::uint16_t column, std::uint64_t place) {
  const std::uint64_t hash = std::hash<std::string_view>()(value) * 31 + column + 1;
  std::uint64_t& recent = recent_[hash % recent_.size()];
  if (recent == hash) return true;
  if (!originals_.add(what, value, column, place)) return false;
  recent = hash;
  return true;
}

bool Originals::addValue(const CatalogueColumn& what, std::string_view value, std::uint16_t column,
                         std::uint64_t place) {
  switch (what.form) {
    case Form::mac:
    case Form::wwn: {
      const std::size_t digits = what.form == Form::mac ? 12 : 16;
      const auto bits = parseHardwareAddress(value, digits);
      if (bits) {
        addHardware(*bits, digits, column);
        return true;
      }
      break;
    }
    case Form::ip: {
      const auto address = parseAddress(value);
      if (!address) break;
      if (isWellKnown(*address)) return true;
      addPlace(value, place);
      addTokens(value.substr(0, value.find('/')), column | kDense);
      return false;
    }
    case Form::rd:
    case Form::asn:
    case Form::coordinate:
      addPlace(value, place);
      ++common_;
      return false;
    case Form::prose:
      return addProse(what, value, column, place);
    case Form::secret:
    case Form::url: {
      // "user:password@host", "Header: token": the part that opens something by itself.
      for (std::size_t from = 0; from < value.size();) {
        std::size_t end = value.find_first_of("\r\n", from);
        if (end == std::string_view::npos) end = value.size();
        const std::string_view line = value.substr(from, end - from);
        const std::size_t at = line.find('@');
        const std::size_t scheme = line.find("://");
        const std::size_t colon = line.find(": ");
        std::string_view part;
        if (at != std::string_view::npos && scheme != std::string_view::npos && at > scheme) {
          part = line.substr(scheme + 3, at - scheme - 3);
          part = part.substr(std::min(part.find(':') + 1, part.size()));
        } else if (colon != std::string_view::npos) {
          part = line.substr(colon + 2);
        }
        if (!part.empty() && !commonValue(what.form, part)) addTokens(part, column);
        from = end + 1;
      }
      break;
    }
    case Form::text:
    case Form::name:
    case Form::hostname:
    case Form::email:
    case Form::json:
    case Form::history:
    case Form::repr:
      break;
  }
  if ((what.form == Form::json || what.form == Form::prose) && parseAddress(value)) {
    addPlace(value, place);  // of no use elsewhere: addresses are looked for by their own columns
    ++common_;
    return false;
  }
  if (commonValue(what.form, value)) {
    ++common_;
    addPlace(value, place);
    return false;
  }
  addTokens(value, column);
  if (what.form == Form::hostname || what.form == Form::name) {
    std::string sorted;  // as `_name` columns hold it
    naturalize(value, 200, sorted);
    if (sorted != value) addTokens(sorted, column);
  }
  return true;
}

bool Originals::sameInPlace(const CatalogueColumn&, std::string_view value,
                            std::uint64_t place) const {
  const std::uint64_t hash = valueHash(value);
  if (hash == 0) return false;
  const std::uint64_t key = chain(place, hash);
  return places_.mayHave(key) && places_.find(key) >= 0;
}

}  // namespace sanitize
