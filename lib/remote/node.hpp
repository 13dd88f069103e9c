#pragma once

#include <string>
#include <string_view>

#include "lib/ports/trees.hpp"

// How a walk over a tree travels: events of a few dozen bytes, many in one message. Numbers are
// little endian; what is as in the event before is left out.
namespace remote {

/// Writes down what a walk shows.
class WalkWriter {
 public:
  void enter(const ports::Node& folder, bool other_mount);
  void leave();
  void visit(const ports::Node& node);
  void missed(std::string_view name, const std::string& why);

  std::size_t size() const { return text_.size(); }
  std::string take() { return std::move(text_); }

 private:
  void node(char event, const ports::Node& node);

  std::string text_;
  ports::Attributes last_{};
  std::uint64_t last_device_ = 0;
};

/// Shows a visitor what a writer wrote. Keeps what the next block builds on.
class WalkReader {
 public:
  explicit WalkReader(ports::TreeVisitor& visitor) : visitor_(visitor) {}

  /// Errors: corrupt, those of the visitor.
  void read(std::string_view block);
  /// Numbers of the folders that the visitor did not want to enter since the last call: the walk
  /// may leave them out.
  std::vector<std::uint64_t> takeUnwanted() { return std::move(unwanted_); }

 private:
  void show(char event, std::string_view& block);
  std::string text(std::string_view& block);
  std::uint64_t number(std::string_view& block, int bytes);

  ports::TreeVisitor& visitor_;
  ports::Attributes last_{};
  std::uint64_t last_device_ = 0;
  std::uint64_t entered_ = 0;    // folders so far
  std::uint64_t depth_ = 0;      // of folders that are open on the other side
  std::uint64_t closed_at_ = 0;  // depth of the folder that was not wanted; 0: none
  std::vector<std::uint64_t> unwanted_;
};

}  // namespace remote
