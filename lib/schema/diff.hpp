#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/core/time.hpp"
#include "lib/schema/schema.hpp"

namespace schema {

/// cosmetic: order of columns, a digest in a name, the spelling of an expression. ignored: real,
/// but listed in the ignore file.
enum class Class { cosmetic, ignored, real };
const char* className(Class one);

struct Difference {
  Class kind = Class::real;
  Object object;         // as expected; as found where it is only there
  std::string what;      // "missing", "extra", "type", "renamed"
  std::string expected;  // "integer"
  std::string found;     // "bigint"
  std::string reason{};  // why it is cosmetic or ignored
  std::string sql{};     // a statement that would make the found schema as expected; may be empty
  std::string inWords() const;
};

struct Comparison {
  std::vector<Difference> differences;
  std::vector<std::string> not_compared;  // kinds that one side does not know
  std::size_t same = 0;                   // objects without a difference
  std::size_t count(Class kind) const;
};

/// One line of an ignore file.
struct Ignore {
  std::string object;  // as Object::inWords() calls it, with "*" for any text
  std::string what;    // "missing", "extra", "type"; empty: whatever it is
  std::string reason;
  std::optional<core::Time> until{};  // after it the line counts no more
  std::uint32_t line = 0;
};

/// [[ignore]] tables: object, reason (both needed), what, until ("2027-01-31").
/// Errors: configuration, with file and line.
std::vector<Ignore> readIgnores(std::string_view source, const std::string& file);
/// The differences that are known to be harmless for every installation.
std::vector<Ignore> shippedIgnores();

/// What in `found` is not as `expected`. Pure.
Comparison compare(const Schema& expected, const Schema& found);
/// Takes those differences out of the real ones that a line names. Gives words for lines that have
/// expired and would have counted.
std::vector<std::string> ignore(Comparison& comparison, const std::vector<Ignore>& ignores,
                                core::Time now);

/// The statement that would make `object` (as expected, or to be dropped) right; empty where there
/// is none. Never run by this program.
std::string proposal(const Object& object, const std::string& what);
/// The statements that would make a table that is missing, with all that belongs to it.
std::string tableProposal(const Schema& expected, const Object& table);

}  // namespace schema
