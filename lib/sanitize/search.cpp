#include "lib/sanitize/search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "lib/core/cipher.hpp"
#include "lib/dump/copy_text.hpp"

namespace sanitize {
namespace {

std::uint64_t chain(std::uint64_t hash, std::uint64_t token) {
  return mix(hash, token) * 0x9fb21c651e98df25U;
}

int hexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') return (c | 0x20) - 'a' + 10;
  return -1;
}

/// Undoes %41; false if there is none.
bool decodePercent(std::string_view text, std::string& to) {
  std::size_t percent = text.find('%');
  if (percent == std::string_view::npos) return false;
  bool any = false;
  to.clear();
  std::size_t from = 0;
  for (; percent != std::string_view::npos; percent = text.find('%', percent + 1)) {
    if (percent + 2 >= text.size() || percent < from) continue;
    const int high = hexDigit(text[percent + 1]);
    const int low = hexDigit(text[percent + 2]);
    if (high < 0 || low < 0) continue;
    to.append(text, from, percent - from);
    to += static_cast<char>(high * 16 + low);
    from = percent + 3;
    any = true;
  }
  to.append(text, from, std::string_view::npos);
  return any;
}

/// Undoes \x4142 (bytea in hexadecimal), wherever it stands; false if there is none.
bool decodeBytes(std::string_view text, std::string& to) {
  bool any = false;
  to.clear();
  for (std::size_t at = text.find("\\x"); at != std::string_view::npos;
       at = text.find("\\x", at + 2)) {
    std::size_t digit = at + 2;
    const std::size_t before = to.size();
    while (digit + 1 < text.size() && hexDigit(text[digit]) >= 0 &&
           hexDigit(text[digit + 1]) >= 0) {
      to += static_cast<char>(hexDigit(text[digit]) * 16 + hexDigit(text[digit + 1]));
      digit += 2;
    }
    if (to.size() - before < 4) {
      to.resize(before);
      continue;
    }
    any = true;
  }
  return any;
}

}  // namespace

void Findings::add(const Findings& other) {
  for (const auto& [leak, count] : other.leaks) leaks[leak] += count;
  explained += other.explained;
  bytes += other.bytes;
}

std::uint64_t Findings::occurrences() const {
  std::uint64_t total = 0;
  for (const auto& [leak, count] : leaks) total += count;
  return total;
}

Search::Search(const Watch& watch, const Originals& originals, std::string digest_key)
    : watch_(watch), originals_(originals), digest_key_(std::move(digest_key)), visitor_(watch) {}

bool Search::scan(std::string_view text, std::vector<Hit>* hits) {
  constexpr std::size_t kRing = 16;
  std::array<std::uint64_t, kRing> recent{};  // hashes of the last tokens
  std::size_t count = 0;
  bool any = false;
  // Sequences are looked up by their first two tokens and checked when their last one is there.
  struct Waiting {
    std::size_t first;
    std::size_t last;
  };
  std::array<Waiting, 64> waiting{};
  std::size_t waits = 0;
  const HashSet& singles = originals_.singles();
  const HashSet& pairs = originals_.pairs();
  std::uint64_t before = 0;
  eachToken(text, [&](std::uint64_t token, std::size_t, std::size_t) {
    recent[count % kRing] = token;
    const std::uint64_t single = chain(0, token);
    if (singles.mayHave(single)) {
      const int column = singles.find(single);
      if (column >= 0) {
        any = true;
        if (hits != nullptr) hits->push_back({single, static_cast<std::uint16_t>(column)});
      }
    }
    if (count > 0) {
      const std::uint64_t pair = chain(before, token);
      if (pairs.mayHave(pair)) {
        int lengths = pairs.find(pair);
        for (int length = 2; lengths > 0 && length <= 12; ++length) {
          if ((lengths >> length & 1) == 0) continue;
          const std::size_t first = count - 1;
          if (waits < waiting.size())
            waiting[waits++] = {first, first + static_cast<std::size_t>(length) - 1};
        }
      }
    }
    for (std::size_t i = 0; i < waits;) {
      if (waiting[i].last != count) {
        ++i;
        continue;
      }
      std::uint64_t hash = 0;
      for (std::size_t t = waiting[i].first; t <= count; ++t) hash = chain(hash, recent[t % kRing]);
      const int column =
          originals_.sequences().mayHave(hash) ? originals_.sequences().find(hash) : -1;
      if (column >= 0) {
        any = true;
        if (hits != nullptr) hits->push_back({hash, static_cast<std::uint16_t>(column)});
      }
      waiting[i] = waiting[--waits];
    }
    before = single;
    ++count;
  });
  return any;
}

bool Search::scanNotations(std::string_view text, std::vector<Hit>* hits) {
  bool any = scan(text, hits);
  if (any && hits == nullptr) return true;
  if (text.find('\\') != std::string_view::npos) {
    any = scan(decodeJson(text, json_decoded_), hits) || any;
    if (decodeBytes(text, bytes_decoded_)) any = scan(bytes_decoded_, hits) || any;
    if (decodePercent(json_decoded_, url_decoded_)) any = scan(url_decoded_, hits) || any;
  } else if (decodePercent(text, url_decoded_)) {
    any = scan(url_decoded_, hits) || any;
  }
  return any;
}

void Search::rows(const WatchedTable& table, std::string_view rows) {
  findings_.bytes += rows.size();
  for (std::size_t from = 0; from < rows.size();) {
    const auto* feed =
        static_cast<const char*>(std::memchr(rows.data() + from, '\n', rows.size() - from));
    const std::size_t end =
        feed == nullptr ? rows.size() : static_cast<std::size_t>(feed - rows.data());
    row(table, rows.substr(from, end - from));
    from = end + 1;
  }
  visitor_.rows(table, rows,
                [&](const CatalogueColumn& what, std::string_view value, std::uint16_t column,
                    std::uint64_t place) {
                  if (originals_.sameInPlace(what, value, place)) {
                    foundInPlace(table, column, valueHash(value));
                  }
                });
}

/// First fast over the whole row; only a row in which something is found is looked at by columns.
void Search::row(const WatchedTable& table, std::string_view row) {
  bool any = false;
  if (std::memchr(row.data(), '\\', row.size()) == nullptr) {
    any = scan(row, nullptr);
    if (!any && std::memchr(row.data(), '%', row.size()) != nullptr)
      any = scanNotations(row, nullptr);
  } else {
    any = scanNotations(dump::decodeField(row, copy_decoded_), nullptr);
  }
  if (!any) return;
  dump::splitRow(row, fields_);
  fields(table, fields_, false);
}

void Search::values(const WatchedTable& table, const std::vector<std::string_view>& values) {
  for (const std::string_view value : values) findings_.bytes += value.size();
  fields(table, values, true);
  visitor_.row(table, values, true,
               [&](const CatalogueColumn& what, std::string_view value, std::uint16_t column,
                   std::uint64_t place) {
                 if (originals_.sameInPlace(what, value, place)) {
                   foundInPlace(table, column, valueHash(value));
                 }
               });
}

void Search::fields(const WatchedTable& table, const std::vector<std::string_view>& fields,
                    bool decoded) {
  const std::string_view type =
      table.object_type >= 0 && static_cast<std::size_t>(table.object_type) < fields.size()
          ? fields[static_cast<std::size_t>(table.object_type)]
          : std::string_view();
  for (std::size_t i = 0; i < fields.size() && i < table.names.size(); ++i) {
    if (!decoded && dump::isNull(fields[i])) continue;
    field(table, i, decoded ? fields[i] : dump::decodeField(fields[i], field_decoded_), type);
  }
}

void Search::field(const WatchedTable& table, std::size_t index, std::string_view value,
                   std::string_view object_type) {
  if (!scanNotations(value, nullptr)) return;
  const std::string where = table.table + "." + table.names[index];
  at_table_ = table.table;
  at_column_ = table.names[index];
  const WatchedTable::Column* watched = nullptr;
  for (const auto& column : table.columns) {
    if (column.index == index) watched = &column;
  }
  if (watched != nullptr && table.types[index] == ColumnType::json) {
    JsonCursor cursor(value);
    json(cursor, where, false,
         watched->what->form == Form::history ? &watch_.object(object_type) : nullptr);
    return;
  }
  const bool covered =
      watched != nullptr &&
      (watched->what->dense() || (watched->what->form == Form::repr && reprCovered(object_type)));
  report(value, where, covered);
}

/// Objects that are called by something of a dense space.
bool Search::reprCovered(std::string_view object_type) const {
  for (const auto& key : watch_.object(object_type).keys.keys()) {
    if (key.catalogue != nullptr && key.catalogue->dense()) return true;
  }
  return false;
}

void Search::json(JsonCursor& cursor, const std::string& where, bool covered,
                  const Watch::ObjectKeys* object) {
  const char first = cursor.peek();
  if (first != '{' && first != '[') {
    std::string text;
    const std::string_view raw = first == '"' ? cursor.string() : cursor.skip();
    report(decodeJson(raw, text), where, covered);
    return;
  }
  const char last = first == '{' ? '}' : ']';
  cursor.expect(first);
  if (cursor.take(last)) return;
  do {
    if (first == '[') {
      json(cursor, where, covered, nullptr);
      continue;
    }
    std::string text;
    const std::string name(decodeJson(cursor.string(), text));
    cursor.expect(':');
    const JsonPlan::Key* key = object == nullptr ? nullptr : object->keys.find(name);
    const bool dense = key != nullptr && key->catalogue != nullptr && key->catalogue->dense();
    std::vector<Hit> in_name;
    if (scanNotations(name, &in_name)) {  // the name itself is not repeated in the report
      for (const Hit& hit : in_name) {
        found(where + ": a key", static_cast<std::uint16_t>(hit.column & ~Originals::kDense),
              hit.hash);
      }
      json(cursor, where + ": below such a key", covered || dense, nullptr);
    } else {
      const std::string separator = where.find(": ") == std::string::npos ? ": " : ".";
      json(cursor, where + separator + name, covered || dense, nullptr);
    }
  } while (cursor.take(','));
  cursor.expect(last);
}

void Search::report(std::string_view value, const std::string& where, bool covered) {
  hits_.clear();
  if (!scanNotations(value, &hits_)) return;
  // One value in two notations is one occurrence.
  std::sort(hits_.begin(), hits_.end(), [](const Hit& a, const Hit& b) { return a.hash < b.hash; });
  hits_.erase(std::unique(hits_.begin(), hits_.end(),
                          [](const Hit& a, const Hit& b) { return a.hash == b.hash; }),
              hits_.end());
  for (const Hit& hit : hits_) {
    const bool dense = (hit.column & Originals::kDense) != 0;
    const auto column = static_cast<std::uint16_t>(hit.column & ~Originals::kDense);
    if (dense && covered) {
      // Whether it is the row's own old value is asked by place.
      ++findings_.explained;
    } else {
      found(where, column, hit.hash);
    }
  }
}

/// In a change log's JSON the value is a copy of another table's column: the rule to mend is there.
void Search::foundInPlace(const WatchedTable& table, std::uint16_t column, std::uint64_t hash) {
  const std::string& origin = watch_.columnName(column);
  const std::size_t dot = origin.rfind('.');
  const bool own = std::any_of(table.columns.begin(), table.columns.end(),
                               [&](const auto& one) { return one.number == column; });
  at_table_ = own ? table.table : origin.substr(0, dot);
  at_column_ = origin.substr(dot + 1);
  found(origin + " (as it was)", column, hash);
}

void Search::found(const std::string& where, std::uint16_t column, std::uint64_t hash) {
  std::string bytes(sizeof hash, '\0');
  std::memcpy(bytes.data(), &hash, sizeof hash);
  Leak leak{where,
            watch_.columnName(column),
            core::toHex(core::hmacSha256(digest_key_, bytes)).substr(0, 12),
            at_table_,
            at_column_,
            where.find(": ") != std::string::npos && where.find(": a key") == std::string::npos};
  // Enough to see what is wrong; a forgotten table must not fill the memory.
  constexpr std::size_t kMostLeaks = 20000;
  if (findings_.leaks.size() >= kMostLeaks) leak.digest = "…";
  ++findings_.leaks[leak];
}

void Search::text(std::string_view text, const std::string& where) {
  findings_.bytes += text.size();
  if (!scanNotations(text, nullptr)) return;
  at_table_.clear();
  at_column_.clear();
  report(text, where, false);
}

}  // namespace sanitize
