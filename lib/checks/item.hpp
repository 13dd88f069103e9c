#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/checks/kinds.hpp"
#include "lib/core/time.hpp"

namespace checks {

/// A finding that is known and not held against a check until it expires. It is always counted.
struct Ignored {
  std::string text;  // what was found has it
  std::string reason;
  std::optional<core::Time> until{};
};

/// One line of a checklist: a question of a registered kind, or something that a person does.
struct Item {
  enum class Type { check, manual };

  Type type = Type::check;
  std::string id;     // unique in its checklist: "web.login"
  std::string title;  // what a person does, or what the check is for
  std::string kind{};
  core::Json arguments = core::Json::object();
  std::vector<std::string> needs{};  // ids of items without which asking makes no sense
  std::vector<std::string> tags{};
  std::string owner{};
  std::string only_on{};  // id of the check that tells whether this is the active host
  int tries = 1;
  core::Duration pause = std::chrono::seconds(2);   // between two tries
  core::Duration limit = std::chrono::seconds(30);  // of all tries
  core::Duration grace{};   // so long after a start of a service a failure only warns
  bool only_warns = false;  // a failure is a warning
  bool required = false;    // manual: nobody there to answer is unknown, not skip
  std::vector<Ignored> ignored{};
  std::string only_if{};   // as written: a text that must say something, or the item is left out
  std::string unless{};    // as written: a text that must say nothing
  std::string left_out{};  // why it is skipped here: what only_if and unless came to
  std::string unready{};   // why it can't be asked: a variable that is not known
  std::string place{};     // "FILE:12"
};

/// An item after it was asked.
struct Finished {
  Item item;
  CheckResult result;  // id: the item's
  core::Time at{};
  core::Duration took{};
  int tries = 0;
  std::vector<std::string> ignored{};  // reasons, one for each finding that was not counted
};

}  // namespace checks
