#pragma once

#include <memory>
#include <string>

#include "lib/core/stream.hpp"

namespace dump {

/// Unpacks gzip: all members of the stream, one after the other. The end is a good end only if the
/// last member is complete with its checksum and nothing follows it.
/// Errors of read(): corrupt, naming `name` and the byte of the packed file.
class GzipSource : public core::Source {
 public:
  GzipSource(core::Source& packed, std::string name);
  ~GzipSource() override;
  std::size_t read(std::span<char> block) override;

 private:
  struct State;
  bool refill();
  bool nextMember();
  [[noreturn]] void refuse(const std::string& what) const;

  core::Source& packed_;
  std::string name_;
  std::unique_ptr<State> state_;
};

}  // namespace dump
