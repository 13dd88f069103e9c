#pragma once

#include <zlib.h>

#include <optional>
#include <string>
#include <vector>

/// Makes tables of contents and members as pg_dump writes them, and wrong ones.
namespace archive {

struct Entry {
  int id = 1;
  std::string tag = "dcim_site";
  std::string description = "TABLE DATA";
  int section = 3;
  std::string definition;
  std::string copy = "COPY public.dcim_site (id, name) FROM stdin;\n";
  std::vector<std::string> dependencies{"7"};
  std::string file = "3456.dat";
};

inline std::string integer(long value) {
  std::string bytes(1, value < 0 ? '\1' : '\0');
  const unsigned long magnitude = static_cast<unsigned long>(value < 0 ? -value : value);
  for (int i = 0; i < 4; ++i) bytes += static_cast<char>((magnitude >> (8 * i)) & 0xff);
  return bytes;
}

inline std::string text(const std::optional<std::string>& value) {
  if (!value) return integer(-1);
  return integer(static_cast<long>(value->size())) + *value;
}

inline std::string head(int minor, int compression) {
  std::string bytes = "PGDMP";
  bytes += {'\1', static_cast<char>(minor), '\0', '\4', '\10', '\3'};
  bytes += minor >= 15 ? std::string(1, static_cast<char>(compression)) : integer(compression);
  for (int i = 0; i < 7; ++i) bytes += integer(i);
  return bytes + text("netbox") + text("15.20") + text("15.20");
}

inline std::string entry(int minor, const Entry& e) {
  std::string bytes = integer(e.id) + integer(1) + text("0") + text("0") + text(e.tag) +
                      text(e.description) + integer(e.section) + text(e.definition) + text("") +
                      text(e.copy) + text("public") + text(std::nullopt);
  if (minor >= 14) bytes += text("heap");
  if (minor >= 16) bytes += integer('r');
  bytes += text("netbox") + text("false");
  for (const std::string& dependency : e.dependencies) bytes += text(dependency);
  return bytes + text(std::nullopt) + text(e.file);
}

inline std::string toc(int minor, const std::vector<Entry>& entries, int compression = 1) {
  std::string bytes = head(minor, compression) + integer(static_cast<long>(entries.size()));
  for (const Entry& e : entries) bytes += entry(minor, e);
  return bytes;
}

inline std::string gzip(const std::string& plain) {
  z_stream stream{};
  deflateInit2(&stream, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string packed(plain.size() + 1024, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

}  // namespace archive
