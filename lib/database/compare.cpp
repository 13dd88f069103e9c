#include "lib/database/compare.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/core/text.hpp"

namespace database {
namespace {

constexpr const char* kAbsent = "not there";

std::string rowsInWords(const std::optional<std::int64_t>& rows) {
  return rows ? core::plural(*rows, "row", "rows") : "unknown";
}

class Comparer {
 public:
  Comparer(const Facts& expected, const Facts& found) : expected_(expected), found_(found) {}

  Comparison runTables() {
    tables();
    return std::move(result_);
  }

  Comparison run() {
    tables();
    sequences();
    extensions();
    maps(Aspect::schema, expected_.schema, found_.schema, "definition ");
    maps(Aspect::rights, expected_.rights, found_.rights, "");
    settings();
    largeObjects();
    migrations();
    return std::move(result_);
  }

 private:
  void differ(Aspect aspect, std::string object, std::string expected, std::string found) {
    if (expected == found) return;
    result_.differences.push_back(
        {aspect, std::move(object), std::move(expected), std::move(found)});
  }

  void tables() {
    for (const TableFacts& table : expected_.tables) {
      const TableFacts* other = found_.table(table.schema, table.name);
      if (other == nullptr) {
        differ(Aspect::rows, "table " + table.object(), rowsInWords(table.rows), kAbsent);
      } else {
        compareTable(table, *other);
      }
    }
    for (const TableFacts& table : found_.tables) {
      if (expected_.table(table.schema, table.name) == nullptr) {
        differ(Aspect::rows, "table " + table.object(), kAbsent, rowsInWords(table.rows));
      }
    }
  }

  void compareTable(const TableFacts& table, const TableFacts& other) {
    const std::string object = "table " + table.object();
    if (!table.rows || !other.rows) {
      undetermined("rows of " + object, table.rows ? other.unknown : table.unknown);
    } else if (*table.rows != *other.rows) {
      differ(Aspect::rows, object, rowsInWords(table.rows), rowsInWords(other.rows));
    } else if (!table.digest || !other.digest) {
      undetermined("content of " + object, table.digest ? other.unknown : table.unknown);
    } else if (expected_.digests != found_.digests) {
      undetermined("content of " + object, "the digests were made in another way");
    } else if (onlyOrderDiffers(table.columns, other.columns)) {
      undetermined("content of " + object, "the columns are in another order");
    } else {
      differ(Aspect::content, object, "content " + *table.digest, "content " + *other.digest);
    }
  }

  static bool onlyOrderDiffers(const std::vector<std::string>& a,
                               const std::vector<std::string>& b) {
    return a != b && a.size() == b.size() && std::is_permutation(a.begin(), a.end(), b.begin());
  }

  void undetermined(const std::string& what, const std::string& why) {
    result_.undetermined.push_back(fmt::format("{}: {}", what, why));
  }

  static std::string inWords(const SequenceFacts& sequence) {
    return fmt::format("{}{}", *sequence.last_value, sequence.is_called ? "" : " (not used yet)");
  }

  void sequences() {
    const auto find = [](const Facts& facts, const SequenceFacts& wanted) -> const SequenceFacts* {
      for (const SequenceFacts& sequence : facts.sequences) {
        if (sequence.schema == wanted.schema && sequence.name == wanted.name) return &sequence;
      }
      return nullptr;
    };
    for (const SequenceFacts& sequence : expected_.sequences) {
      const SequenceFacts* other = find(found_, sequence);
      const std::string object = "sequence " + sequence.object();
      if (other == nullptr) {
        differ(Aspect::sequence, object, "there", kAbsent);
      } else if (!sequence.last_value || !other->last_value) {
        undetermined("value of " + object, "no right to read it");
      } else {
        differ(Aspect::sequence, object, inWords(sequence), inWords(*other));
      }
    }
    for (const SequenceFacts& sequence : found_.sequences) {
      if (find(expected_, sequence) == nullptr) {
        differ(Aspect::sequence, "sequence " + sequence.object(), kAbsent, "there");
      }
    }
  }

  void extensions() {
    const auto versions = [](const Facts& facts) {
      std::map<std::string, std::string> map;
      for (const ExtensionFacts& extension : facts.extensions) {
        map["extension " + extension.name] =
            fmt::format("{} in schema {}", extension.version, extension.schema);
      }
      return map;
    };
    maps(Aspect::extension, versions(expected_), versions(found_), "");
  }

  void maps(Aspect aspect, const std::map<std::string, std::string>& expected,
            const std::map<std::string, std::string>& found, const std::string& before) {
    for (const auto& [object, value] : expected) {
      const auto other = found.find(object);
      differ(aspect, object, before + value,
             other == found.end() ? kAbsent : before + other->second);
    }
    for (const auto& [object, value] : found) {
      if (!expected.contains(object)) differ(aspect, object, kAbsent, before + value);
    }
  }

  void settings() {
    const DatabaseSettingsFacts& a = expected_.settings;
    const DatabaseSettingsFacts& b = found_.settings;
    differ(Aspect::settings, "owner of the database", a.owner, b.owner);
    differ(Aspect::settings, "encoding of the database", a.encoding, b.encoding);
    differ(Aspect::settings, "locale provider of the database", a.provider, b.provider);
    differ(Aspect::settings, "collation of the database", a.collate, b.collate);
    differ(Aspect::settings, "character types of the database", a.ctype, b.ctype);
    differ(Aspect::settings, "locale of the database", a.locale, b.locale);
  }

  void largeObjects() {
    if (!expected_.large_objects || !found_.large_objects) {
      undetermined("large objects", "no right to look");
    } else if (*expected_.large_objects != *found_.large_objects) {
      differ(Aspect::large_objects, "large objects", core::formatCount(*expected_.large_objects),
             core::formatCount(*found_.large_objects));
    } else if (*expected_.large_objects > 0) {
      if (!expected_.large_object_digest || !found_.large_object_digest) {
        undetermined("content of large objects", "no right to read them");
      } else {
        differ(Aspect::large_objects, "large objects", *expected_.large_object_digest,
               *found_.large_object_digest);
      }
    }
  }

  void migrations() {
    const auto heads = [](const Facts& facts) {
      std::map<std::string, std::string> map;
      if (!facts.migrations) return map;
      for (const auto& [application, head] : facts.migrations->heads) {
        map["migrations of " + application] = head;
      }
      return map;
    };
    maps(Aspect::migrations, heads(expected_), heads(found_), "");
  }

  const Facts& expected_;
  const Facts& found_;
  Comparison result_;
};

}  // namespace

const char* aspectName(Aspect aspect) {
  switch (aspect) {
    case Aspect::rows:
      return "rows";
    case Aspect::content:
      return "content";
    case Aspect::sequence:
      return "sequence";
    case Aspect::extension:
      return "extension";
    case Aspect::schema:
      return "schema";
    case Aspect::rights:
      return "rights";
    case Aspect::settings:
      return "settings";
    case Aspect::large_objects:
      return "large_objects";
    case Aspect::migrations:
      return "migrations";
  }
  return "content";
}

std::string Difference::inWords() const {
  return fmt::format("{}: expected {}, found {}", object, expected, found);
}

Comparison compare(const Facts& expected, const Facts& found) {
  return Comparer(expected, found).run();
}

Comparison compareTables(const Facts& expected, const Facts& found) {
  return Comparer(expected, found).runTables();
}

}  // namespace database
