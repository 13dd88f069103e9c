#include "commands/sanitize_report.hpp"

#include <fmt/format.h>

#include "lib/core/text.hpp"

namespace commands {
namespace {

std::string count(std::uint64_t number) {
  return core::formatCount(static_cast<std::int64_t>(number));
}

/// The table of the report: one row per table and treated column.
core::Json talliesOf(const sanitize::Rewritten& rewritten) {
  core::Json list = core::Json::array();
  for (const sanitize::TableTally& tally : rewritten.tallies) {
    if (tally.tally.seen == 0) continue;
    list.push_back(
        {{"table", tally.name.table},
         {"column", tally.name.column.empty() ? core::Json() : core::Json(tally.name.column)},
         {"treatment", tally.name.treatment},
         {"seen", tally.tally.seen},
         {"changed", tally.tally.changed}});
  }
  return list;
}

core::Json notesOf(const sanitize::Rewritten& rewritten) {
  core::Json notes = core::Json::object();
  for (const auto& [note, times] : rewritten.notes) notes[note] = times;
  return notes;
}

std::uint64_t changedValues(const sanitize::Rewritten& rewritten) {
  std::uint64_t total = 0;
  for (const auto& tally : rewritten.tallies) {
    if (!tally.name.column.empty()) total += tally.tally.changed;
  }
  return total;
}

}  // namespace

Stopwatch::Stopwatch(ports::Clock& clock) : clock_(clock), last_(clock.steady()) {}

void Stopwatch::lap(const std::string& name) {
  const auto now = clock_.steady();
  laps_.emplace_back(name, std::chrono::duration_cast<std::chrono::milliseconds>(now - last_));
  last_ = now;
}

core::Json reportDocument(const DumpReport& report) {
  core::Json unknown = core::Json::array();
  for (const auto& column : report.rewritten.unknown_columns) {
    unknown.push_back({{"table", column.table}, {"column", column.column}, {"type", column.type}});
  }
  core::Json emptied = core::Json::object();
  for (const auto& [table, why] : report.rewritten.emptied) emptied[table] = why;
  core::Json took = core::Json::object();
  for (const auto& [name, time] : report.laps) took[name] = time.count();
  return {{"changed", report.findings.leaks.empty()},
          {"input",
           {{"name", report.input},
            {"sha256", report.inspected.sha256},
            {"bytes", report.inspected.packed_bytes},
            {"unpacked_bytes", report.rewritten.bytes_in}}},
          {"output",
           {{"name", report.output},
            {"sha256", report.rewritten.sha256},
            {"unpacked_bytes", report.rewritten.bytes_out}}},
          {"rules",
           {{"product", report.loaded.rules.product},
            {"fingerprint", report.loaded.rules.fingerprint},
            {"catalogue", report.loaded.catalogue.fingerprint}}},
          {"key", {{"fingerprint", report.key_fingerprint}, {"kept", report.key_kept}}},
          {"tables", talliesOf(report.rewritten)},
          {"emptied", std::move(emptied)},
          {"unknown_tables", report.rewritten.unknown_tables},
          {"unknown_columns", std::move(unknown)},
          {"unknown_json_keys_blanked", report.rewritten.unknown_json_keys},
          {"references_set_to_null", report.rewritten.loosened},
          {"rules_without_a_match", report.rewritten.unmatched},
          {"outside_tables", notesOf(report.rewritten)},
          {"allowed_words", report.loaded.reasons},
          {"scan", findingsDocument(report.findings, report.originals)},
          {"took_ms", std::move(took)}};
}

std::string reportText(const DumpReport& report) {
  const sanitize::Rewritten& rewritten = report.rewritten;
  std::string text =
      fmt::format("{} -> {}: {} in, {} out, {} values changed\n", report.input, report.output,
                  core::formatBytes(rewritten.bytes_in), core::formatBytes(rewritten.bytes_out),
                  count(changedValues(rewritten)));
  for (const std::string& table : rewritten.unknown_tables) {
    text += fmt::format("  no rule knows table {}: its rows are left out\n", table);
  }
  for (const auto& column : rewritten.unknown_columns) {
    text += fmt::format("  no rule knows column {}.{}: emptied\n", column.table, column.column);
  }
  for (const std::string& column : rewritten.loosened) {
    text += fmt::format("  {} is null where it pointed to rows that are left out\n", column);
  }
  for (const std::string& rule : rewritten.unmatched) {
    text += fmt::format("  the rule for {} matches nothing in this dump\n", rule);
  }
  for (const auto& [note, times] : rewritten.notes) text += fmt::format("  {} ({})\n", note, times);
  text += findingsText(report.findings, report.originals);
  if (!report.key_kept) text += "no --key-file: another run gives other pseudonyms\n";
  return text;
}

std::string reportMarkdown(const DumpReport& report) {
  std::string text = fmt::format(
      "# Sanitized copy of {}\n\n- input: `{}` (SHA-256 {})\n- output: `{}` (SHA-256 {})\n- rules: "
      "{} {}, "
      "catalogue {}, key {}\n- leak scan: {}, {} values searched, {} explained\n\n| table | column "
      "| treatment "
      "| seen | changed |\n|---|---|---|---|---|\n",
      report.input, report.input, report.inspected.sha256, report.output, report.rewritten.sha256,
      report.loaded.rules.product, report.loaded.rules.fingerprint.substr(0, 16),
      report.loaded.catalogue.fingerprint.substr(0, 16), report.key_fingerprint,
      report.findings.leaks.empty() ? "clean" : count(report.findings.occurrences()) + " leaks",
      count(report.originals.searched()), count(report.findings.explained));
  for (const auto& tally : report.rewritten.tallies) {
    if (tally.tally.seen == 0 || (tally.name.column.empty() && tally.name.treatment.empty()))
      continue;
    text += fmt::format("| {} | {} | {} | {} | {} |\n", tally.name.table,
                        tally.name.column.empty() ? "(rows)" : tally.name.column,
                        tally.name.treatment, tally.tally.seen, tally.tally.changed);
  }
  text += "\n";
  for (const auto& [table, why] : report.rewritten.emptied)
    text += fmt::format("- {} is empty: {}\n", table, why);
  for (const auto& [note, times] : report.rewritten.notes)
    text += fmt::format("- {} ({})\n", note, times);
  for (const auto& [leak, times] : report.findings.leaks) {
    text += fmt::format("- LEAK in {}: a value of {} ({}), {} times\n", leak.where, leak.origin,
                        leak.digest, times);
  }
  return text;
}

core::Json plannedDocument(const std::vector<std::unique_ptr<sanitize::Plan>>& plans) {
  core::Json list = core::Json::array();
  for (const auto& plan : plans) {
    for (const core::Json& row : plan->coverage()) {
      if (row["treatment"] != "keep") list.push_back(row);
    }
  }
  return {{"changed", true}, {"columns", std::move(list)}};
}

std::string plannedText(const std::vector<std::unique_ptr<sanitize::Plan>>& plans,
                        const sanitize::RuleSet& rules) {
  std::size_t treated = 0;
  std::string text;
  for (const auto& plan : plans) {
    for (const core::Json& row : plan->coverage()) treated += row["treatment"] != "keep" ? 1 : 0;
    for (const auto& [table, why] : plan->emptied())
      text += fmt::format("  {} would be empty: {}\n", table, why);
  }
  return fmt::format("would treat {} columns by the rules for {}\n", treated, rules.product) + text;
}

}  // namespace commands
