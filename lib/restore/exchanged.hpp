#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/restore/environment.hpp"

namespace restore {

/// Goal: each file or folder of a part is the incoming one, and what bore its name is kept under
/// another. Where the file system can, both names change in one move; where it can't, the live name
/// is free for a moment. Inode numbers from the journal say which file is which: one that somebody
/// else put there is refused.
class FilesExchanged : public step::Step {
 public:
  FilesExchanged(Environment environment, const core::Json& arguments);

  std::string title() const override;
  step::Observation observe(const core::Json* before) override;
  core::Json before() override;
  void apply(const core::Json& before, core::Progress& progress) override;
  step::Compensation compensation(const core::Json& before, step::Purpose purpose) override;
  core::Json results() const override;
  std::vector<std::string> manual() const override;

 private:
  /// A number is an inode; 0 stands for "no such file". Empty names: nothing comes, or nothing is
  /// there to keep.
  struct Item {
    std::string live;
    std::string incoming;
    std::string kept;
    std::uint64_t incoming_inode = 0;  // 0 in the arguments: not known yet
    /// Of what is to be kept, where this takes an exchange back that may have died half done.
    std::optional<std::uint64_t> kept_inode{};
  };
  struct Inodes {
    std::uint64_t live = 0;
    std::uint64_t incoming = 0;
    std::uint64_t kept = 0;
  };
  /// half_back: an exchange the other way died between its two moves.
  enum class State { untouched, exchanged, moved_away, half_back, done, foreign };

  Inodes look(const Item& item) const;
  static State stateOf(const Item& item, const Inodes& was, const Inodes& now);
  /// Of an exchange that is taken back, whose files are known; foreign for every other.
  static State stateTakenBack(const Item& item, const Inodes& now);
  std::optional<step::Observation> obstacle(const Item& item, const Inodes& now) const;
  std::vector<Inodes> inodesIn(const core::Json& before) const;
  void exchange(const Item& item, const Inodes& was, const Inodes& now);
  core::CheckResult result(core::Outcome outcome, const std::string& found) const;

  Environment environment_;
  std::string part_;
  std::vector<Item> items_;
  bool done_ = false;
};

}  // namespace restore
