#pragma once

#include <cstdint>
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
  std::uint8_t nextByte();
  void readHeader();
  [[noreturn]] void refuse(const std::string& what) const;

  core::Source& packed_;
  std::string name_;
  std::unique_ptr<State> state_;
};

/// Packs as gzip. finish() ends a member, and does not finish `packed`: what is written afterwards
/// is another member of the same stream.
class GzipSink : public core::Sink {
 public:
  explicit GzipSink(core::Sink& packed);
  ~GzipSink() override;
  void write(std::string_view bytes) override;
  void finish() override;

 private:
  struct State;
  void pack(std::string_view bytes, bool last);

  core::Sink& packed_;
  std::unique_ptr<State> state_;
};

}  // namespace dump
