#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lib/checks/item.hpp"
#include "lib/config/outside.hpp"
#include "lib/ports/world.hpp"

namespace runbook {

/// A value that a runbook is given: ${name} in its texts and arguments.
struct Parameter {
  std::string name;
  std::string help;
  std::optional<std::string> value{};  // unless another one is given
  bool required = false;
};

/// A file of checks and manual items. Without steps it is a checklist, and there are only such yet.
struct Runbook {
  std::string name;  // "post-upgrade"
  std::string file;  // "/etc/sotctl/checklists/post-upgrade.toml"; "built in"
  std::string title;
  std::string description;
  std::string owner;
  bool record = true;                  // asking it is a run
  std::vector<std::string> include{};  // names of others whose items come first
  std::vector<Parameter> parameters{};
  std::vector<checks::Item> items{};
};

/// Errors: configuration, with every complaint.
Runbook parse(const std::string& text, const std::string& file, const std::string& name);

/// Where runbooks are looked for: `folders` (whole paths), then what was compiled in. A file that
/// somebody else than root and the caller could have written is refused.
class Shelf {
 public:
  Shelf(ports::World& world, std::vector<std::string> folders);

  /// One with all that it includes: an item that is there twice is the including one's. A name with
  /// a slash is a file. Errors: not_found (nearest names), refused, configuration (a circle of
  /// includes).
  Runbook find(const std::string& name);
  /// Each once, by name; of two of one name the first that find() would take.
  struct Entry {
    std::string name;
    std::string file;
    std::optional<Runbook> runbook{};
    std::string problem{};  // why it can't be read
  };
  std::vector<Entry> list();

 private:
  Runbook one(const std::string& name);
  Runbook whole(const std::string& name, std::vector<std::string>& open);
  std::vector<std::string> names();

  ports::World& world_;
  std::vector<std::string> folders_;
};

/// The folders in force: `given` by option, else the usual ones of root or of a user.
std::vector<std::string> shelfFolders(const std::vector<std::string>& given,
                                      const std::string& xdg_config_home);

/// Values of variables by name; nothing for one whose value is not known here.
using Variables = std::map<std::string, std::optional<std::string>>;

/// What an instance says of itself: instance, product, environment, root, media, settings, url,
/// host, database.
Variables variablesOf(const ports::World& world, const config::Instance& instance,
                      const config::Outside& outside);

/// The same runbook with every ${name} filled in: a parameter's value from `given`, from the
/// instance's configuration, or its own. An item with a variable that is not known stays, with the
/// reason in Item::unready; one that only_if and unless leave out says so in Item::left_out.
/// Errors: usage (an unknown parameter in `given`, nearest names; a required one without a value),
/// configuration (an unknown name in the file).
Runbook filled(Runbook runbook, const Variables& variables,
               const std::map<std::string, std::string>& given,
               const std::map<std::string, std::string>& configured);

/// A file of runbooks/checklists that was compiled in; empty for a name that is none.
std::string_view embedded(std::string_view name);
/// Names of all that were compiled in.
std::vector<std::string> embeddedNames();

/// The product's own items alone: an item with the tag "nautobot" is none of NetBox's.
void keepProduct(Runbook& runbook, config::Product product);

}  // namespace runbook
