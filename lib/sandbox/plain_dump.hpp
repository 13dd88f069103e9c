#pragma once

#include <string>
#include <vector>

#include "lib/core/stream.hpp"

namespace sandbox {

/// What psql is given of a plain dump that nobody vouches for: its lines but those that a fresh
/// server of ours can't take. In front stands \restrict with a word that the file can't know, so
/// that psql itself refuses every other meta-command in it.
/// Errors of read(): refused (a file of pg_dumpall, an archive, no dump at all), corrupt (the line
/// at which a complete dump ends is missing).
class PlainDump : public core::Source {
 public:
  /// `server` is the server's major version.
  PlainDump(core::Source& text, std::string name, std::string word, int server);
  std::size_t read(std::span<char> block) override;
  /// What was left out and may be missed, in words, in the order met.
  const std::vector<std::string>& leftOut() const { return left_out_; }

 private:
  bool nextLine(std::string& line);
  void take(const std::string& line);
  bool unwanted(const std::string& line);
  void leaveOut(const std::string& what);

  core::Source& text_;
  std::string name_;
  int server_;
  std::string input_;
  std::size_t at_ = 0;
  std::string output_;
  std::size_t given_ = 0;
  bool input_ended_ = false;
  bool in_copy_ = false;
  bool complete_ = false;
  std::vector<std::string> left_out_;
};

}  // namespace sandbox
