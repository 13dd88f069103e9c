#pragma once

#include <optional>
#include <string>
#include <vector>

namespace permissions {

/// Bits that a mode must have, and those that it may have: "0640" (exactly), "0600..0664".
struct ModeRange {
  unsigned least = 0;
  unsigned most = 07777;

  bool holds(unsigned mode) const { return (mode & least) == least && (mode & ~most) == 0; }
  /// The nearest mode that holds: only bits that must change do.
  unsigned mended(unsigned mode) const { return (mode | least) & most; }
};

/// Nothing for a text that is none.
std::optional<ModeRange> parseModeRange(const std::string& text);
std::string inWords(const ModeRange& range);

/// One line of a policy, with its variables still in it.
struct Rule {
  std::string path;   // "{media}/**"
  std::string owner;  // account, number or "{application}"; empty: not looked at
  std::string group;
  std::optional<ModeRange> folders;
  std::optional<ModeRange> files;
  bool no_acl = false;  // an ACL beyond the mode is a finding
  /// Who must be able to read, or to read, write, create and delete; and whom it must be kept from:
  /// roles ("application", "worker", "web") or "user:NAME".
  std::vector<std::string> readers;
  std::vector<std::string> writers;
  std::vector<std::string> kept_from;
  std::string when;       // condition: "web-serves-media"; empty: always
  bool optional = false;  // nothing there is no finding
  std::string why;
  std::string place;  // "FILE:12"
};

/// What an installation needs of its files. Later rules win, one field after the other.
struct Policy {
  std::string title;
  std::string file;
  std::vector<Rule> rules;
};

/// Errors: configuration, with every complaint.
Policy parsePolicy(const std::string& text, const std::string& file);

/// A tree that belongs to one user and group, as asked for on the command line.
struct AdHoc {
  std::string path;
  std::string user;
  std::string group;
  std::string folder_mode = "2770";
  std::string file_mode = "660";
};
/// Errors: usage (a mode that is none).
Policy adHocPolicy(const AdHoc& wanted);

/// A file of runbooks/policies that was compiled in; empty for a name that is none.
std::string_view embedded(std::string_view name);

}  // namespace permissions
