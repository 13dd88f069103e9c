#include "lib/sandbox/plain_dump.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/core/error.hpp"

namespace sandbox {
namespace {

// A line of a dump may hold a whole document; one without an end is no dump.
constexpr std::size_t kLongestLine = 512UL * 1024 * 1024;

bool begins(const std::string& line, std::string_view with) { return line.starts_with(with); }

}  // namespace

PlainDump::PlainDump(core::Source& text, std::string name, std::string word, int server)
    : text_(text), name_(std::move(name)), server_(server) {
  output_ = "\\restrict " + word + "\nSET synchronous_commit = off;\n";
}

std::size_t PlainDump::read(std::span<char> block) {
  while (given_ == output_.size()) {
    output_.clear();
    given_ = 0;
    std::string line;
    while (output_.size() < core::kBlockBytes && nextLine(line)) take(line);
    if (!output_.empty()) break;
    if (!complete_) {
      throw core::Error(
          core::Kind::corrupt,
          fmt::format("{} is cut: the line at which a complete dump ends is missing", name_));
    }
    return 0;
  }
  const std::size_t count = std::min(block.size(), output_.size() - given_);
  std::copy_n(output_.data() + given_, count, block.data());
  given_ += count;
  return count;
}

bool PlainDump::nextLine(std::string& line) {
  for (std::size_t searched = at_;;) {
    const auto end = input_.find('\n', searched);
    if (end != std::string::npos) {
      line.assign(input_, at_, end - at_);
      at_ = end + 1;
      return true;
    }
    if (input_ended_) {
      line.assign(input_, at_);
      at_ = input_.size();
      return !line.empty();
    }
    input_.erase(0, at_);
    at_ = 0;
    searched = input_.size();
    const std::size_t old = input_.size();
    if (old > kLongestLine) {
      throw core::Error(core::Kind::refused, name_ + " is no plain dump: a line has no end");
    }
    input_.resize(old + core::kBlockBytes);
    const std::size_t got = text_.read({input_.data() + old, core::kBlockBytes});
    input_.resize(old + got);
    input_ended_ = got == 0;
    if (old == 0 && begins(input_, "PGDMP")) {
      throw core::Error(core::Kind::refused, name_ + " is an archive of pg_dump, not a plain dump",
                        "Turn it into one with: pg_restore --no-owner -f FILE.sql ARCHIVE");
    }
  }
}

void PlainDump::take(const std::string& line) {
  if (in_copy_) {
    in_copy_ = line != "\\.";
  } else {
    if (line == "-- PostgreSQL database dump complete") complete_ = true;
    if (begins(line, "COPY ") && line.ends_with(" FROM stdin;")) in_copy_ = true;
    if (unwanted(line)) return;
  }
  output_ += line;
  output_ += '\n';
}

bool PlainDump::unwanted(const std::string& line) {
  if (begins(line, "\\connect") || begins(line, "\\c ")) {
    throw core::Error(core::Kind::refused,
                      name_ + " holds several databases: it is a file of pg_dumpall",
                      "Dump one database with: pg_dump NAME");
  }
  if (begins(line, "\\restrict ") || begins(line, "\\unrestrict ")) return true;
  // Newer dumpers set it whatever server they dump from.
  if (begins(line, "SET transaction_timeout = ") && server_ < 17) return true;
  const bool whole = line.ends_with(';');
  if (whole && begins(line, "ALTER ") && line.find(" OWNER TO ") != std::string::npos) {
    return true;  // everything belongs to role netbox here, whatever its name was there
  }
  if (whole && (begins(line, "GRANT ") || begins(line, "REVOKE ") ||
                begins(line, "ALTER DEFAULT PRIVILEGES "))) {
    leaveOut("rights of roles that are not here");
    return true;
  }
  if (line == "CREATE SCHEMA public;" || begins(line, "COMMENT ON SCHEMA public ") ||
      begins(line, "COMMENT ON EXTENSION ")) {
    return true;
  }
  return false;
}

void PlainDump::leaveOut(const std::string& what) {
  if (std::find(left_out_.begin(), left_out_.end(), what) == left_out_.end()) {
    left_out_.push_back(what);
  }
}

}  // namespace sandbox
