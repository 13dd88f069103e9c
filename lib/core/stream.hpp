#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace core {

/// Bytes per block that streams pass on. Bounded, so that memory does not grow with the data.
inline constexpr std::size_t kBlockBytes = std::size_t{256} * 1024;

/// Where bytes come from: a file, a process, COPY out of a database.
class Source {
 public:
  virtual ~Source() = default;
  /// Fills the front of `block` and gives the number of bytes; 0 is the end, and only the end.
  /// Throws core::Error when the other side failed: an end that was reached is a good end.
  virtual std::size_t read(std::span<char> block) = 0;
};

/// Where bytes go to.
class Sink {
 public:
  virtual ~Sink() = default;
  /// Takes all of `bytes`, waiting as long as the other side needs (back-pressure).
  virtual void write(std::string_view bytes) = 0;
  /// Says that nothing more comes; afterwards everything is where it belongs. Without this call
  /// the result must not be taken for complete.
  virtual void finish() {}
};

/// Passes everything on and gives the number of bytes; does not finish the sink.
std::size_t pump(Source& from, Sink& to);

class StringSource : public Source {
 public:
  explicit StringSource(std::string text) : text_(std::move(text)) {}
  std::size_t read(std::span<char> block) override;

 private:
  std::string text_;
  std::size_t at_ = 0;
};

class StringSink : public Sink {
 public:
  void write(std::string_view bytes) override { text_.append(bytes); }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace core
