#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "commands/context.hpp"
#include "commands/verb.hpp"
#include "lib/sanitize/run.hpp"

namespace commands {

/// Which rules and catalogue count.
struct RuleOptions {
  std::string product;
  std::vector<std::string> rules;
  std::string outbound = "off";
};
void bindRules(Arguments& arguments, RuleOptions& options);

/// Rules and catalogue of a product, with the site's files on top.
struct LoadedRules {
  sanitize::RuleSet rules;
  sanitize::Catalogue catalogue;
  std::set<std::string> allowed;               // words that mean nothing
  std::map<std::string, std::string> reasons;  // of the allowed words
};
/// The files are looked for in /etc/sotctl/sanitize and /usr/share/sotctl/sanitize, else those that
/// are compiled in count. Errors: configuration (a complaint, or a file that others can write).
LoadedRules loadRules(Context& context, const RuleOptions& options, const std::string& product);

/// The product that a dump is one of: by --product, else the one all of whose `identify` tables it
/// has. Errors: undetermined.
std::string productOf(Context& context, const sanitize::DumpFacts& facts,
                      const RuleOptions& options);

/// The dump named IN: a file, "-", an archive, a folder of pg_dump -Fd, a backup set, or
/// "database:NAME". What comes on standard input is kept in a file without a name in
/// `scratch_folder`, as it is read more than once; a dry run reads it once.
sanitize::Input inputOf(Context& context, const std::string& name,
                        const std::string& scratch_folder, bool schema_only = false);

/// pg_dump of a database of the instance's server, kept in the same way; empty name: the instance's
/// own. Only the schema where no rows are asked for.
sanitize::Input databaseInput(Context& context, const std::string& name,
                              const std::string& scratch_folder, bool schema_only);

ports::ScratchFiles& scratchFiles(Context& context);

/// 32 bytes out of a file of 64 hexadecimal digits that nobody else can read. Errors: refused,
/// configuration.
std::string readKey(Context& context, const std::string& path);
/// The key of this run alone, if no file is given.
std::string keyFor(Context& context, const std::optional<std::string>& path);

int jobsFor(int wanted);

/// Findings as a document and as text, and lines of a rules file that would help.
core::Json findingsDocument(const sanitize::Findings& findings,
                            const sanitize::Originals& originals);
std::string findingsText(const sanitize::Findings& findings, const sanitize::Originals& originals);
std::string suggestedRules(const sanitize::Findings& findings);

}  // namespace commands
