#include "lib/dump/gzip.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "lib/core/error.hpp"
#include "tests/catch.hpp"
#include "tests/unit/dump/archive_builder.hpp"

namespace {

/// Gives its text a few bytes at a time.
class SlowSource : public core::Source {
 public:
  SlowSource(std::string text, std::size_t step) : inner_(std::move(text)), step_(step) {}
  std::size_t read(std::span<char> block) override {
    return inner_.read(block.first(std::min(block.size(), step_)));
  }

 private:
  core::StringSource inner_;
  std::size_t step_;
};

/// What was packed; nothing where it is refused.
std::optional<std::string> unpacked(const std::string& packed, std::size_t step = 1 << 20,
                                    std::size_t room = 1 << 18) {
  SlowSource source(packed, step);
  dump::GzipSource gzip(source, "x.gz");
  std::string text;
  std::vector<char> block(room);
  try {
    while (const std::size_t got = gzip.read(block)) text.append(block.data(), got);
  } catch (const core::Error& error) {
    CHECK(error.kind() == core::Kind::corrupt);
    return std::nullopt;
  }
  return text;
}

std::string packed(const std::vector<std::string>& members) {
  core::StringSink sink;
  dump::GzipSink gzip(sink);
  for (const std::string& member : members) {
    for (std::size_t at = 0; at < member.size(); at += 1000) gzip.write(member.substr(at, 1000));
    gzip.finish();
  }
  return sink.text();
}

/// Rows that pack a little, longer than all buffers.
std::string rows(std::size_t bytes) {
  std::string text;
  unsigned long state = 1;
  while (text.size() < bytes) {
    state = state * 6364136223846793005UL + 1442695040888963407UL;
    text += std::to_string(state >> 20) + "\tsame in each row\n";
  }
  return text;
}

}  // namespace

TEST_CASE("what is packed comes out again, by both programs' packing, whatever the blocks") {
  const std::string text = rows(3000);
  for (const std::string& whole :
       {packed({text}), packed({text.substr(0, 1), text.substr(1)}), archive::gzip(text),
        archive::gzip(text.substr(0, 77)) + packed({"", text.substr(77)})}) {
    for (std::size_t step = 1; step < 40; ++step) {
      REQUIRE(unpacked(whole, step) == text);
      REQUIRE(unpacked(whole, step, 13) == text);
    }
    REQUIRE(unpacked(whole, 1 << 20, 1) == text);
  }
  CHECK(unpacked(packed({""})) == "");
  const std::string big = rows(3'000'000);
  CHECK(unpacked(packed({big, big})) == big + big);
  CHECK(unpacked(archive::gzip(big), 5000) == big);
}

TEST_CASE("a header may have a name, a comment, more fields and a sum of its own") {
  const std::string text = rows(3000);
  const std::string plain = archive::gzip(text);
  REQUIRE(plain[3] == 0);
  const auto with = [&](char flags, const std::string& fields) {
    std::string whole = plain.substr(0, 10) + fields + plain.substr(10);
    whole[3] = flags;
    return whole;
  };
  const std::string zero(1, '\0');
  for (const std::string& whole :
       {with(8, "netbox-dump-of-a-long-name.sql" + zero), with(16, "a comment" + zero),
        with(4, std::string("\5\0extra", 7)), with(2, "cs"),
        with(30, std::string("\5\0extra", 7) + "name.sql" + zero + "a comment" + zero + "cs")}) {
    CHECK(unpacked(whole) == text);
    CHECK(unpacked(whole, 1, 7) == text);
    CHECK(unpacked(whole.substr(0, 12)) == std::nullopt);
  }
}

TEST_CASE("a packed stream that is cut, changed or followed by something is refused") {
  const std::string text = rows(3000);
  for (const std::string& whole : {packed({text}), archive::gzip(text)}) {
    int unnoticed = 0;
    for (std::size_t length = 0; length < whole.size(); ++length) {
      REQUIRE_FALSE(unpacked(whole.substr(0, length)));
      REQUIRE_FALSE(unpacked(whole.substr(0, length), 7));
      if (length < 10) continue;  // time and system are in no checksum
      std::string damaged = whole;
      damaged[length] = static_cast<char>(damaged[length] ^ 0x04);
      // Bits between the data's end and the checksum mean nothing.
      REQUIRE(unpacked(damaged).value_or(text) == text);
      unnoticed += unpacked(damaged) ? 1 : 0;
    }
    CHECK(unnoticed <= 3);
    CHECK_FALSE(unpacked(whole + "x"));
    CHECK_FALSE(unpacked(whole + whole.substr(0, 30)));
  }
}
