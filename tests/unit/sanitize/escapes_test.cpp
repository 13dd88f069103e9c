// Each escape of each codec, there and back.
#include <fmt/format.h>

#include <random>

#include "lib/dump/copy_text.hpp"
#include "lib/dump/insert.hpp"
#include "lib/sanitize/json_text.hpp"
#include "tests/catch.hpp"

namespace {

std::string utf8(unsigned point) {
  std::string text;
  const auto add = [&](unsigned byte) { text += static_cast<char>(byte); };
  if (point < 0x80) {
    add(point);
  } else if (point < 0x800) {
    add(0xc0 | point >> 6);
    add(0x80 | (point & 63));
  } else if (point < 0x10000) {
    add(0xe0 | point >> 12);
    add(0x80 | (point >> 6 & 63));
    add(0x80 | (point & 63));
  } else {
    add(0xf0 | point >> 18);
    add(0x80 | (point >> 12 & 63));
    add(0x80 | (point >> 6 & 63));
    add(0x80 | (point & 63));
  }
  return text;
}

std::string fromJson(const std::string& escaped) {
  std::string to;
  return std::string(sanitize::decodeJson(escaped, to));
}

std::string toJson(const std::string& value) {
  std::string to;
  sanitize::encodeJson(value, to);
  return to;
}

std::string fromCopy(const std::string& field) {
  std::string to;
  return std::string(dump::decodeField(field, to));
}

std::string toCopy(const std::string& value) {
  std::string to;
  dump::encodeField(value, to);
  return to;
}

/// A text of `points` characters out of all planes, with many that have an escape.
std::string anyText(std::mt19937& engine, unsigned points) {
  const auto random = [&] { return static_cast<unsigned>(engine()); };
  std::string text;
  for (unsigned i = 0; i < points; ++i) {
    unsigned point = 0;
    do {
      const unsigned kind = random() % 4;
      point = kind == 0   ? 1 + random() % 0x7f
              : kind == 1 ? static_cast<unsigned char>("\"\\/\b\f\n\r\t\v'"[random() % 10])
              : kind == 2 ? random() % 0x10000
                          : 0x10000 + random() % 0x100000;
    } while (point == 0 || (point >= 0xd800 && point < 0xe000));
    text += utf8(point);
  }
  return text;
}

}  // namespace

TEST_CASE("each escape of COPY is read, whoever wrote it", "[dump][escapes]") {
  for (unsigned byte = 1; byte < 256; ++byte) {
    const std::string one(1, static_cast<char>(byte));
    INFO(byte);
    CHECK(fromCopy(toCopy(one)) == one);
    CHECK(fromCopy(fmt::format("\\x{:x}", byte)) == one);
    CHECK(fromCopy(fmt::format("\\x{:02X}", byte)) == one);
    CHECK(fromCopy(fmt::format("\\{:o}", byte)) == one);
    CHECK(fromCopy(fmt::format("a\\{:03o}9", byte)) == "a" + one + "9");
    const bool own = byte >= '0' && byte <= '7';
    if (!own && std::string("bfnrtvx").find(one) == std::string::npos)
      CHECK(fromCopy("\\" + one) == one);
  }
  CHECK(fromCopy("\\b\\f\\n\\r\\t\\v\\\\") == "\b\f\n\r\t\v\\");
}

TEST_CASE("each character's escape in JSON is read, in both cases", "[sanitize][escapes]") {
  for (unsigned point = 1; point < 0x10000; ++point) {
    if (point >= 0xd800 && point < 0xe000) continue;
    const std::string lower = fmt::format("\\u{:04x}", point);
    const std::string upper = fmt::format("\\u{:04X}", point);
    if (fromJson(lower) != utf8(point) || fromJson(upper) != utf8(point)) FAIL(lower);
  }
  for (unsigned point = 0x10000; point < 0x110000; point += 61) {
    const unsigned offset = point - 0x10000;
    const std::string pair =
        fmt::format("\\u{:04x}\\u{:04X}", 0xd800 + (offset >> 10), 0xdc00 + (offset & 0x3ff));
    if (fromJson(pair) != utf8(point)) FAIL(pair);
  }
  CHECK(fromJson("\\\"\\\\\\/\\b\\f\\n\\r\\t") == "\"\\/\b\f\n\r\t");
}

TEST_CASE("every text survives JSON, COPY, INSERT, and JSON in either", "[sanitize][escapes]") {
  std::mt19937 random(20261122);
  for (int round = 0; round < 4000; ++round) {
    const std::string text = anyText(random, static_cast<unsigned>(random() % 12));
    const std::string json = toJson(text);
    sanitize::JsonCursor cursor(json);
    const std::string inner(cursor.string());
    if (!cursor.atEnd() || fromJson(inner) != text) FAIL("JSON: " + json);
    if (fromCopy(toCopy(json)) != json) FAIL("JSON in COPY: " + json);
    const std::string twice = toJson(toJson(text));
    if (fromJson(fromCopy(toCopy(twice)).substr(1, twice.size() - 2)) != json) FAIL(twice);
    std::string insert = "INSERT INTO t VALUES (";
    dump::encodeLiteral(json, insert);
    const dump::Insert parsed = dump::parseInsert(insert + ");");
    if (parsed.rows.at(0).at(0).value != json) FAIL("INSERT: " + insert);
  }
}
