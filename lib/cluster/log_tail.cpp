#include "lib/cluster/log_tail.hpp"

#include <charconv>

#include "lib/core/text.hpp"

namespace cluster {
namespace {

/// What stands behind `label`, up to `until`.
std::string_view field(std::string_view line, std::string_view label, char until) {
  const auto at = line.find(label);
  if (at == std::string_view::npos) return {};
  const auto rest = line.substr(at + label.size());
  return core::trim(rest.substr(0, rest.find(until)));
}

}  // namespace

void LogTail::write(std::string_view bytes) {
  rest_.append(bytes);
  std::size_t at = 0;
  for (auto end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', at)) {
    take(rest_.substr(at, end - at));
    at = end + 1;
  }
  rest_.erase(0, at);
}

void LogTail::take(const std::string& line) {
  if (!line.starts_with("rmgr: ")) return;
  const auto start = Lsn::parse(field(line, " lsn: ", ','));
  const auto lengths = field(line, "len (rec/tot):", ',');
  const std::string total(core::trim(lengths.substr(lengths.find('/') + 1)));
  std::uint64_t length = 0;
  std::from_chars(total.data(), total.data() + total.size(), length);
  if (!start || length == 0) return;
  end_ = endOfRecord(*start, length, layout_);
  const bool commit =
      line.starts_with("rmgr: Transaction ") && field(line, " desc: ", '\n').starts_with("COMMIT");
  if (commit && *start >= from_) ++commits_;
}

}  // namespace cluster
