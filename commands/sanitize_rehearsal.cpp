#include "commands/sanitize_rehearsal.hpp"

#include <fmt/format.h>

#include "lib/core/digest.hpp"
#include "lib/core/error.hpp"
#include "lib/core/text.hpp"
#include "lib/database/dbname.hpp"
#include "lib/dump/gzip.hpp"

namespace commands {
namespace {

/// Packs block by block, and digests what comes out.
class PackingSink : public core::Sink {
 public:
  PackingSink(dump::Compression packing, core::Sink& to) : packing_(packing), to_(to) {}
  void write(std::string_view bytes) override {
    pending_.append(bytes);
    if (pending_.size() >= kMember) flush();
  }
  void finish() override { flush(); }
  std::string hex() { return digest_.hex(); }

 private:
  static constexpr std::size_t kMember = std::size_t{1} << 20;
  void flush() {
    if (pending_.empty()) return;
    if (packing_ != dump::Compression::none) {
      packed_.clear();
      dump::pack(packing_, pending_, packed_);
      pending_.swap(packed_);
    }
    digest_.add(pending_);
    to_.write(pending_);
    pending_.clear();
  }
  dump::Compression packing_;
  core::Sink& to_;
  core::Sha256 digest_;
  std::string pending_;
  std::string packed_;
};

class Ignored : public core::Sink {
 public:
  void write(std::string_view) override {}
};

std::map<std::string, std::uint64_t> expectedRows(const sanitize::Rewritten& rewritten) {
  std::map<std::string, std::uint64_t> rows;
  for (const sanitize::TableTally& tally : rewritten.tallies) {
    if (!tally.name.column.empty()) continue;
    rows[tally.name.table] += tally.name.treatment == "emptied" ? 0 : tally.tally.seen;
  }
  return rows;
}

}  // namespace

void restoreInto(database::Database& server, const std::string& name, core::Source& dump,
                 core::Progress& progress) {
  progress.at("restoring the copy into " + name, 0, 0);
  const ports::Command psql = server.tool(
      "psql", {"-X", "-q", "-v", "ON_ERROR_STOP=1", database::dbnameOption(name), "-f", "-"});
  Ignored said;
  const ports::Outcome outcome = server.world().shell.start(psql, &dump, &said)->wait();
  if (outcome.ok()) return;
  throw core::Error(core::Kind::failed_check, "the copy does not restore: " + outcome.inWords(),
                    "The dump may need roles or extensions that this server does not have; nothing "
                    "was written.");
}

void requireRows(database::Database& server, const std::string& name,
                 const sanitize::Rewritten& rewritten) {
  const auto session = server.admin(name, std::chrono::hours(1));
  const ports::SqlRows tables = session->query(
      "SELECT n.nspname AS schema, c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid "
      "= c.relnamespace WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND n.nspname <> "
      "'information_schema' AND n.nspname !~ '^pg_'");
  auto expected = expectedRows(rewritten);
  for (std::size_t row = 0; row < tables.size(); ++row) {
    const std::string key =
        sanitize::tableKey({tables.text(row, "schema"), tables.text(row, "name")});
    const auto found = static_cast<std::uint64_t>(
        session
            ->query(fmt::format("SELECT count(*) AS rows FROM ONLY {}.{}",
                                ports::sqlName(tables.text(row, "schema")),
                                ports::sqlName(tables.text(row, "name"))))
            .number(0, "rows"));
    if (found == expected[key]) continue;
    throw core::Error(core::Kind::failed_check,
                      fmt::format("table {} has {} rows after the restore, not {}",
                                  core::printable(key), found, expected[key]),
                      "A rule, trigger or extension of the database made or removed some: look at "
                      "that table.");
  }
}

std::string dumpOf(database::Database& server, const std::string& name, dump::Compression packing,
                   core::Sink& to) {
  const ports::Command command = server.tool("pg_dump", {database::dbnameOption(name)});
  PackingSink sink(packing, to);
  const ports::Outcome outcome = server.world().shell.start(command, nullptr, &sink)->wait();
  if (!outcome.ok()) {
    throw core::Error(core::Kind::unexpected, "pg_dump of the copy failed: " + outcome.inWords());
  }
  sink.finish();
  return sink.hex();
}

}  // namespace commands
