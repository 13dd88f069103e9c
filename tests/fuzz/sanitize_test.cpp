// Bad luck for the readers of dumps: mutated input for a bounded time. SOTCTL_FUZZ_SECONDS sets it.
#include <chrono>
#include <cstdlib>
#include <random>

#include "lib/core/error.hpp"
#include "lib/dump/copy_text.hpp"
#include "lib/dump/insert.hpp"
#include "lib/dump/plain.hpp"
#include "lib/sanitize/facts.hpp"
#include "lib/sanitize/json_text.hpp"
#include "lib/sanitize/pseudonyms.hpp"
#include "tests/catch.hpp"

namespace {

const std::string kSeeds[] = {
    "-- c\n\\restrict k\nSET client_encoding = 'UTF8';\nCREATE TABLE public.t (id bigint NOT NULL, "
    "\"a, b\" text DEFAULT 'x''y', c "
    "numeric(8,6)[], CONSTRAINT k CHECK ((id > 0)));\nCREATE FUNCTION f() RETURNS int LANGUAGE sql "
    "AS $f$ COPY x FROM stdin;\n\\.\n$f$;\n"
    "COPY public.t (id, \"a, b\") FROM stdin;\n1\ta\\tb\\\\\\N\n\n\\.\nALTER TABLE ONLY public.t "
    "ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES "
    "public.u(id);\nINSERT INTO public.t VALUES (1, 'it''s', -2.5, NULL, B'01', "
    "E'a\\'b');\n\\unrestrict k\n",
    R"({"a": "x\u00e9\"\\\/\ud83d\ude00", "b": [1, -2.5e3, true, null, {"c": {}}], "": ""})",
    "10.1.2.3/24 2001:db8::1/64 02:aa:bb:cc:dd:ee 65000:100 jane@corp.example -40.689249 "
    "\xc3\xa9\xe6\x9d\xb1",
};

std::string mutated(std::mt19937& random) {
  std::string text = kSeeds[random() % std::size(kSeeds)];
  static const std::string kBytes = "'\"$\\\n\t;(){}[],:-*/. \0\xff\xc3u0e";
  for (unsigned times = random() % 8; times > 0 && !text.empty(); --times) {
    const std::size_t at = random() % text.size();
    switch (random() % 4) {
      case 0:
        text[at] = kBytes[random() % kBytes.size()];
        break;
      case 1:
        text.erase(at, random() % 20);
        break;
      case 2:
        text.insert(at, text.substr(random() % text.size(), random() % 30));
        break;
      default:
        text.resize(at);
    }
  }
  return text;
}

template <typename Work>
void survive(const Work& work) {
  try {
    work();
  } catch (const core::Error&) {  // said in words is good
  }
}

}  // namespace

TEST_CASE("whatever a dump holds, its readers end in words", "[sanitize][fuzz]") {
  const char* wanted = std::getenv("SOTCTL_FUZZ_SECONDS");
  const auto limit = std::chrono::milliseconds(wanted != nullptr ? std::atoi(wanted) * 1000 : 2000);
  const auto begin = std::chrono::steady_clock::now();
  std::mt19937 random(20261121);
  core::Cancellation cancellation;
  sanitize::Pseudonyms pseudonyms(std::string(32, 'k'));
  std::string buffer;
  do {
    const std::string text = mutated(random);
    std::string joined;
    bool whole = false;
    survive([&] {
      core::StringSource source(text);
      dump::PlainReader reader(source, "x", 16 + random() % 64);
      dump::Piece piece;
      while (reader.next(piece)) joined += piece.bytes;
      whole = true;
    });
    if (whole && joined != text) FAIL(text);
    survive([&] {
      core::StringSource source(text);
      dump::PlainReader reader(source, "x");
      sanitize::readFacts(reader, cancellation);
    });
    survive([&] { dump::parseInsert(text); });
    survive([&] {
      sanitize::JsonCursor cursor(text);
      cursor.skip();
    });
    std::string back;
    dump::encodeField(text, back);
    if (dump::decodeField(back, buffer) != text) FAIL("COPY: " + text);
    back.clear();
    sanitize::encodeJson(text, back);
    if (sanitize::decodeJson(back.substr(1, back.size() - 2), buffer) != text)
      FAIL("JSON: " + text);
    dump::decodeField(text, buffer);
    sanitize::decodeJson(text, buffer);
    for (const char* format :
         {"text", "hostname", "email", "mac", "ip", "prefix", "rd", "asn", "coordinate"}) {
      back.clear();
      pseudonyms.apply(*sanitize::formatNamed(format), text, back);
      if (dump::validUtf8(text) && !dump::validUtf8(back)) FAIL(std::string(format) + ": " + text);
    }
  } while (std::chrono::steady_clock::now() - begin < limit);
}
