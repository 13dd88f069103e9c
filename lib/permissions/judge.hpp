#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "lib/permissions/expectation.hpp"
#include "lib/permissions/finding.hpp"

namespace permissions {

/// All rules that concern one thing, the later ones over the earlier ones.
struct Demand {
  const Expectation* owner_rule = nullptr;  // that says what owner, group and mode must be
  std::optional<unsigned> uid;
  std::optional<unsigned> gid;
  std::optional<ModeRange> folders;
  std::optional<ModeRange> files;
  bool no_acl = false;
  /// Person -> the rule that demands it.
  std::unordered_map<std::size_t, const Expectation*> readers;
  std::unordered_map<std::size_t, const Expectation*> writers;
  std::unordered_map<std::size_t, const Expectation*> kept_from;
};
Demand demandOf(const std::vector<const Expectation*>& rules);

/// Stands for rights: to delete what others wrote, which a folder's sticky bit denies. No question
/// for faccessat2(2).
inline constexpr const char* kDelete = "delete";

/// One thing that a person must, or must not, be able to do.
struct Need {
  std::size_t person = 0;
  std::string rights;  // "rwx", or kDelete
  bool must = true;
  const Expectation* rule = nullptr;
  bool holds = true;
  std::string entry;  // that decides
};

/// What is to be said of every thing with the same attributes and the same demand.
struct Judgement {
  bool attributes_hold = true;
  ports::Attributes mended;  // as they should be
  std::string found;         // "owner root:root, mode 0644"; what differs
  std::string wanted;
  const Expectation* rule = nullptr;
  std::vector<Need> needs;
};

/// Judges things; in a tree most are alike, so that each kind is judged once. Names of numbers are
/// asked for once, too. Keeps references.
class Judge {
 public:
  Judge(ports::Trees& trees, const Expectations& expectations);

  /// By the rules whose bit is set. The reference stays valid.
  const Judgement& judge(std::uint64_t rules, const ports::Attributes& thing);
  const Demand& demand(std::uint64_t rules);

 private:
  Judgement make(const Demand& demand, const ports::Attributes& thing);
  void compare(const Demand& demand, const ports::Attributes& thing, Judgement& judgement);
  void weigh(const Demand& demand, const ports::Attributes& thing, Judgement& judgement);
  std::string ownerInWords(unsigned uid, unsigned gid);
  std::string strangerInWords(unsigned uid);

  ports::Trees& trees_;
  const Expectations& expectations_;
  std::unordered_map<std::uint64_t, Demand> demands_;
  std::unordered_map<std::string, std::unique_ptr<Judgement>> judged_;
  std::unordered_map<unsigned, std::string> users_;
  std::unordered_map<unsigned, std::string> groups_;
  // The last one, which is mostly asked for again.
  std::uint64_t last_rules_ = 0;
  ports::Attributes last_;
  const Judgement* last_judgement_ = nullptr;
};

}  // namespace permissions
