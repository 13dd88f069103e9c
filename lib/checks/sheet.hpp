#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include "lib/checks/item.hpp"

namespace checks {

/// Results with what they are about: what every output form is made of.
struct Sheet {
  std::string title;     // "After an upgrade"
  std::string name;      // stable, for machines: "post-upgrade"
  std::string instance;  // empty: none
  std::string host;
  std::string run{};  // id, where it was recorded
  core::Time at{};
  core::Duration took{};
  std::vector<Finished> lines{};

  std::vector<core::CheckResult> results() const;
  std::size_t ignored() const;
};

/// A sheet of plain results: for verbs that make theirs without an engine.
Sheet sheetOf(std::string title, std::string name, std::string instance,
              const std::vector<core::CheckResult>& results);

/// Forms beside text and JSON, by the words of -o and --write.
inline constexpr std::array<const char*, 5> kForms{"junit", "tap", "nagios", "prometheus",
                                                   "markdown"};

/// JUnit's XML as the usual readers take it (testsuites, testsuite, testcase with failure, error or
/// skipped): fail is a failure, unknown an error, skip is skipped, a warning passes with its text
/// in system-out.
std::string junit(const Sheet& sheet);
/// TAP 13 with a YAML block under what is not well.
std::string tap(const Sheet& sheet);
/// One line for a Nagios plugin with performance data, then one line per result that is not well.
std::string nagios(const Sheet& sheet);
/// Nagios's exit status: 0 well, 1 warning, 2 failed, 3 could not determine. Fail wins.
int nagiosStatus(const std::vector<core::CheckResult>& results);
/// Prometheus's text format 0.0.4, for the textfile collector of node_exporter.
std::string prometheus(const Sheet& sheet);
/// A list for a ticket: what passed is ticked, with what was found.
std::string markdown(const Sheet& sheet);

/// All of them by name.
std::map<std::string, std::string> forms(const Sheet& sheet);

/// As toJson(CheckResult), with what the engine knows besides.
core::Json toJson(const Finished& finished);
core::Json toJson(const Sheet& sheet);
/// What toJson() made. Throws core::Json::exception for another shape.
Finished finishedFromJson(const core::Json& json);
Sheet sheetFromJson(const core::Json& json);

}  // namespace checks
