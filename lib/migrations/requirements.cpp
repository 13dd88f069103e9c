#include "lib/migrations/requirements.hpp"

#include <fmt/format.h>

#include <vector>

#include "lib/core/text.hpp"
#include "lib/migrations/embedded.hpp"
#include "lib/migrations/release_number.hpp"

namespace migrations {
namespace {

/// Whether `there` is newer than every release of `minor`.
bool beyond(const std::string& there, const std::string& minor) {
  const ReleaseNumber a(there);
  const ReleaseNumber b(minor);
  return std::pair(a.part(0), a.part(1)) > std::pair(b.part(0), b.part(1));
}

}  // namespace

std::string Requirements::inWords() const {
  std::vector<std::string> words;
  if (!python_from.empty()) {
    words.push_back(python_to.empty() ? fmt::format("Python {} or later", python_from)
                                      : fmt::format("Python {} to {}", python_from, python_to));
  }
  if (!postgresql.empty()) words.push_back(fmt::format("PostgreSQL {} or later", postgresql));
  if (!redis.empty()) words.push_back(fmt::format("Redis {} or later", redis));
  return core::join(words, ", ");
}

std::optional<Requirements> requirementsOf(config::Product product, const std::string& release) {
  const std::string minor = ReleaseNumber(release).minor();
  for (const std::string& line : core::split(embedded("requirements.tsv"), '\n')) {
    const auto fields = core::split(line, '\t');
    if (fields.size() == 6 && fields[0] == config::productName(product) && fields[1] == minor) {
      return Requirements{fields[2], fields[3], fields[4], fields[5]};
    }
  }
  return std::nullopt;
}

std::string unmet(const Requirements& needed, const Surroundings& there) {
  std::vector<std::string> words;
  const auto tooOld = [&](const char* what, const std::string& is, const std::string& wanted) {
    if (is.empty() || wanted.empty() || ReleaseNumber(is) >= ReleaseNumber(wanted)) return;
    words.push_back(fmt::format("{} {} is needed, {} is there", what, wanted, is));
  };
  tooOld("Python", there.python, needed.python_from);
  if (!there.python.empty() && !needed.python_to.empty() &&
      beyond(there.python, needed.python_to)) {
    words.push_back(
        fmt::format("Python up to {} is supported, {} is there", needed.python_to, there.python));
  }
  tooOld("PostgreSQL", there.postgresql, needed.postgresql);
  tooOld("Redis", there.redis, needed.redis);
  return core::join(words, ", ");
}

}  // namespace migrations
