#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "lib/core/cancel.hpp"
#include "lib/core/progress.hpp"
#include "lib/dump/packed.hpp"
#include "lib/ports/scratch.hpp"
#include "lib/sanitize/plan.hpp"
#include "lib/sanitize/rewriter.hpp"
#include "lib/sanitize/search.hpp"
#include "lib/sanitize/statements.hpp"

namespace sanitize {

/// A dump that can be read again from its beginning.
struct Input {
  std::string name;                                     // for messages
  std::function<std::unique_ptr<core::Source>()> open;  // packed, as it lies there
  std::uint64_t bytes = 0;                              // packed; 0 where not known
};

/// What many calls need.
struct Surroundings {
  core::Cancellation& cancellation;
  core::Progress& progress;
  int jobs = 1;
};

/// Reads the whole input once; its SHA-256 comes with it.
struct Inspected {
  DumpFacts facts;
  std::string sha256;
  std::uint64_t packed_bytes = 0;
};
/// `database`: the only one of a file of pg_dumpall that counts; empty: all. Errors: corrupt (the
/// dump is cut), refused, not_found (no such database; its names).
Inspected inspect(const Input& input, const std::string& database, const Surroundings& around);

/// What a rewrite needs besides its input. Borrowed.
struct RewritePlan {
  const DumpFacts& facts;
  const RuleSet& rules;
  const Catalogue& catalogue;
  Plan::Options options;
  Statements::Options statements;
  std::string key;  // 32 bytes
  std::string database;
  Login login;
  dump::Compression packing = dump::Compression::none;
};

struct TableTally {
  CounterName name;
  Tally tally;
};

struct Rewritten {
  std::vector<TableTally> tallies;
  std::map<std::string, std::uint64_t> notes;
  std::vector<std::string> unknown_tables;
  std::map<std::string, std::string> emptied;
  std::vector<std::string> loosened;
  std::vector<std::string> unmatched;
  std::vector<UnknownColumn> unknown_columns;
  std::uint64_t unknown_json_keys = 0;
  std::uint64_t bytes_in = 0;   // unpacked
  std::uint64_t bytes_out = 0;  // unpacked
  std::string sha256;           // of what was written
};

/// The plans for a dump's databases. Errors: refused (references that would dangle; columns that
/// no rule knows, unless they are to be emptied).
std::vector<std::unique_ptr<Plan>> makePlans(const RewritePlan& how);

/// Rewrites the input into `out`, and collects the original values on the way.
Rewritten rewriteDump(const Input& input, const RewritePlan& how, Originals& originals,
                      core::Sink& out, const Surroundings& around);

/// Collects the original values only.
void collectOriginals(const Input& input, const DumpFacts& facts, const Catalogue& catalogue,
                      const std::string& database, Originals& originals,
                      const Surroundings& around);

/// Searches `output` for the originals. `facts` are those of the original.
Findings searchDump(const Input& output, const DumpFacts& facts, const Catalogue& catalogue,
                    const std::string& database, const Originals& originals,
                    const std::string& digest_key, const Surroundings& around);

/// Words that mean nothing where they are found: those of the schema, and of the lists.
std::set<std::string> commonWords(const DumpFacts& facts, const std::set<std::string>& allowed);

/// Passes bytes on and keeps their SHA-256, computed beside the reader.
class DigestSource : public core::Source {
 public:
  explicit DigestSource(core::Source& inner);
  ~DigestSource() override;
  std::size_t read(std::span<char> block) override;
  std::uint64_t bytes() const { return bytes_; }
  /// Call once, at the end.
  std::string hex();

 private:
  struct State;
  core::Source& inner_;
  std::unique_ptr<State> state_;
  std::uint64_t bytes_ = 0;
};

}  // namespace sanitize
