#include "lib/core/stream.hpp"

#include "tests/catch.hpp"

TEST_CASE("everything is passed on in blocks of bounded size") {
  class Sink : public core::StringSink {
   public:
    void write(std::string_view bytes) override {
      largest = std::max(largest, bytes.size());
      StringSink::write(bytes);
    }
    std::size_t largest = 0;
  } sink;
  const std::string text(3 * core::kBlockBytes + 17, 'x');
  core::StringSource source(text);
  CHECK(core::pump(source, sink) == text.size());
  CHECK(sink.text() == text);
  CHECK(sink.largest <= core::kBlockBytes);
}

TEST_CASE("a source that ended stays ended") {
  core::StringSource source("abc");
  char block[2];
  CHECK(source.read(block) == 2);
  CHECK(source.read(block) == 1);
  CHECK(source.read(block) == 0);
  CHECK(source.read(block) == 0);
}
