#include "lib/dump/packed.hpp"

#include <fmt/format.h>
#include <isa-l/igzip_lib.h>
#include <zstd.h>

#include <algorithm>
#include <climits>
#include <cstring>
#include <stdexcept>
#include <vector>

#include "lib/core/error.hpp"
#include "lib/dump/gzip.hpp"

namespace dump {
namespace {

/// What was read already, then the rest.
class Rejoined : public core::Source {
 public:
  Rejoined(std::string first, core::Source& rest) : first_(std::move(first)), rest_(rest) {}
  std::size_t read(std::span<char> block) override {
    if (at_ == first_.size()) return rest_.read(block);
    const std::size_t count = std::min(block.size(), first_.size() - at_);
    std::copy_n(first_.data() + at_, count, block.data());
    at_ += count;
    return count;
  }

 private:
  std::string first_;
  std::size_t at_ = 0;
  core::Source& rest_;
};

/// A source and what it reads from.
class Owning : public core::Source {
 public:
  Owning(std::unique_ptr<core::Source> inner, std::unique_ptr<core::Source> outer)
      : inner_(std::move(inner)), outer_(std::move(outer)) {}
  std::size_t read(std::span<char> block) override { return outer_->read(block); }

 private:
  std::unique_ptr<core::Source> inner_;
  std::unique_ptr<core::Source> outer_;
};

[[noreturn]] void damaged(const std::string& name, const std::string& what) {
  throw core::Error(core::Kind::corrupt, fmt::format("{}: {}", name, what),
                    "Get the file again, and compare the sizes.");
}

class ZstdSource : public core::Source {
 public:
  ZstdSource(core::Source& packed, std::string name)
      : packed_(packed), name_(std::move(name)), input_(core::kBlockBytes) {
    if (stream_ == nullptr) throw std::logic_error("zstd does not start");
  }
  ~ZstdSource() override { ZSTD_freeDStream(stream_); }
  ZstdSource(const ZstdSource&) = delete;
  ZstdSource& operator=(const ZstdSource&) = delete;

  std::size_t read(std::span<char> block) override {
    ZSTD_outBuffer out{block.data(), block.size(), 0};
    while (out.pos == 0) {
      if (in_.pos == in_.size && !full_) {
        in_ = {input_.data(), packed_.read(input_), 0};
        if (in_.size == 0) {
          if (inside_) damaged(name_, "the packed data is cut short");
          return 0;
        }
      }
      const std::size_t result = ZSTD_decompressStream(stream_, &out, &in_);
      if (ZSTD_isError(result) != 0) {
        damaged(name_, fmt::format("the packed data is damaged ({})", ZSTD_getErrorName(result)));
      }
      inside_ = result != 0;
      full_ = out.pos == out.size && inside_;
    }
    return out.pos;
  }

 private:
  core::Source& packed_;
  std::string name_;
  std::vector<char> input_;
  ZSTD_DStream* stream_ = ZSTD_createDStream();
  ZSTD_inBuffer in_{nullptr, 0, 0};
  bool inside_ = false;
  bool full_ = false;  // there may be more to give without more input
};

void packGzip(std::string_view text, std::string& packed) {
  thread_local std::vector<uint8_t> level_buffer(ISAL_DEF_LVL1_DEFAULT);
  const std::size_t before = packed.size();
  // Deflate adds at most a few bytes to each stored block.
  packed.resize(before + text.size() + text.size() / 1000 + 512);
  isal_zstream stream;
  isal_deflate_init(&stream);
  stream.level = 1;
  stream.level_buf = level_buffer.data();
  stream.level_buf_size = static_cast<uint32_t>(level_buffer.size());
  stream.gzip_flag = IGZIP_GZIP;
  stream.flush = NO_FLUSH;
  stream.next_out = reinterpret_cast<uint8_t*>(packed.data() + before);
  std::size_t room = packed.size() - before;
  stream.avail_out = static_cast<uint32_t>(std::min<std::size_t>(room, INT_MAX));
  std::size_t at = 0;
  do {
    const std::size_t part = std::min<std::size_t>(text.size() - at, std::size_t{1} << 30);
    stream.next_in = reinterpret_cast<uint8_t*>(const_cast<char*>(text.data() + at));
    stream.avail_in = static_cast<uint32_t>(part);
    at += part;
    stream.end_of_stream = at == text.size() ? 1 : 0;
    if (isal_deflate(&stream) != COMP_OK || stream.avail_in != 0) {
      throw std::logic_error("igzip has no room for what it packs");
    }
  } while (at < text.size());
  packed.resize(before + stream.total_out);
}

void packZstd(std::string_view text, std::string& packed) {
  const std::size_t before = packed.size();
  packed.resize(before + ZSTD_compressBound(text.size()));
  const std::size_t got =
      ZSTD_compress(packed.data() + before, packed.size() - before, text.data(), text.size(), 3);
  if (ZSTD_isError(got) != 0) throw std::logic_error("zstd has no room for what it packs");
  packed.resize(before + got);
}

}  // namespace

FileKind fileKind(std::string_view first) {
  if (first.starts_with("\x1f\x8b")) return FileKind::gzip;
  if (first.starts_with("\x28\xb5\x2f\xfd")) return FileKind::zstd;
  if (first.starts_with("PGDMP")) return FileKind::custom_archive;
  if (first.starts_with("toc.dat")) return FileKind::tar_archive;
  if (first.starts_with("\xfd"
                        "7zXZ") ||
      first.starts_with("BZh") || first.starts_with("\x04\x22\x4d\x18")) {
    return FileKind::other_packing;
  }
  return FileKind::plain;
}

std::unique_ptr<core::Source> unpackedByMagic(core::Source& packed, const std::string& name) {
  std::string first(16, '\0');
  std::size_t filled = 0;
  while (filled < first.size()) {
    const std::size_t got = packed.read({first.data() + filled, first.size() - filled});
    if (got == 0) break;
    filled += got;
  }
  first.resize(filled);
  const FileKind kind = fileKind(first);
  auto all = std::make_unique<Rejoined>(std::move(first), packed);
  switch (kind) {
    case FileKind::plain:
      return all;
    case FileKind::gzip: {
      auto outer = std::make_unique<GzipSource>(*all, name);
      return std::make_unique<Owning>(std::move(all), std::move(outer));
    }
    case FileKind::zstd: {
      auto outer = zstdSource(*all, name);
      return std::make_unique<Owning>(std::move(all), std::move(outer));
    }
    case FileKind::custom_archive:
    case FileKind::tar_archive:
      throw core::Error(core::Kind::undetermined,
                        name + " is an archive of pg_dump, not a plain dump",
                        "Turn it into one with: pg_restore -f FILE.sql ARCHIVE");
    case FileKind::other_packing:
      break;
  }
  throw core::Error(core::Kind::undetermined,
                    name + " is packed with xz, bzip2 or lz4, which this program can't unpack",
                    "Unpack it first, or give it on standard input: xz -dc FILE | sotctl … -");
}

std::unique_ptr<core::Source> zstdSource(core::Source& packed, std::string name) {
  return std::make_unique<ZstdSource>(packed, std::move(name));
}

Compression packingOf(const std::string& file) {
  if (file.ends_with(".gz")) return Compression::gzip;
  return file.ends_with(".zst") ? Compression::zstd : Compression::none;
}

void pack(Compression compression, std::string_view text, std::string& packed) {
  switch (compression) {
    case Compression::none:
      packed.append(text);
      return;
    case Compression::gzip:
      packGzip(text, packed);
      return;
    case Compression::zstd:
      packZstd(text, packed);
      return;
    case Compression::lz4:
      throw std::logic_error("nothing is packed with lz4");
  }
}

}  // namespace dump
