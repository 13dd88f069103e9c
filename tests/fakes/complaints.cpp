#include "tests/fakes/complaints.hpp"

#include <stdexcept>
#include <utility>

#include "tests/catch.hpp"

namespace fakes {

Complaints::~Complaints() {
  for (const std::string& what : all_) FAIL_CHECK(what);
}

void Complaints::add(const std::string& what) {
  const std::lock_guard lock(mutex_);
  all_.push_back(what);
}

void Complaints::refuse(const std::string& what) {
  add(what);
  throw std::logic_error(what);
}

std::vector<std::string> Complaints::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(all_, {});
}

bool like(std::string_view text, std::string_view pattern) {
  const auto star = pattern.find('*');
  if (star == std::string_view::npos) return text == pattern;
  if (!text.starts_with(pattern.substr(0, star))) return false;
  text.remove_prefix(star);
  pattern.remove_prefix(star + 1);
  for (std::size_t at = 0; at <= text.size(); ++at) {
    if (like(text.substr(at), pattern)) return true;
  }
  return false;
}

}  // namespace fakes
