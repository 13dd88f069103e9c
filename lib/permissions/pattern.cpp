#include "lib/permissions/pattern.hpp"

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace permissions {

bool fits(std::string_view pattern, std::string_view name) {
  std::size_t p = 0;
  std::size_t n = 0;
  std::size_t star = std::string_view::npos;
  std::size_t tried = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      tried = n;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n])) {
      ++p;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++tried;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

Pattern::Pattern(std::string text) : text_(std::move(text)) {
  if (text_.empty() || text_.front() != '/') {
    throw core::Error(core::Kind::configuration, "path \"" + text_ + "\" is not a whole path");
  }
  for (const std::string& part : core::split(text_, '/')) {
    if (part.empty()) continue;
    if (part == "." || part == "..") {
      throw core::Error(core::Kind::configuration,
                        "path \"" + text_ + "\" has a component " + part);
    }
    parts_.push_back({part, part == "**", part.find_first_of("*?") != std::string::npos});
  }
  if (parts_.size() > 63) {
    throw core::Error(core::Kind::configuration, "path \"" + text_ + "\" has over 63 components");
  }
}

std::string Pattern::base() const {
  std::string base;
  for (const Part& part : parts_) {
    if (part.wild) break;
    base += "/" + part.text;
  }
  return base.empty() ? "/" : base;
}

bool Pattern::recursive() const { return !parts_.empty() && parts_.back().any_number; }

/// "**" may stand for nothing: whoever stands before it stands behind it, too.
Pattern::State Pattern::closed(State state) const {
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    if ((state >> i & 1) != 0 && parts_[i].any_number) state |= State{1} << (i + 1);
  }
  return state;
}

Pattern::State Pattern::step(State state, std::string_view component) const {
  State next = 0;
  for (State rest = state; rest != 0; rest &= rest - 1) {
    const auto at = static_cast<std::size_t>(__builtin_ctzll(rest));
    if (at == parts_.size()) break;
    const Part& part = parts_[at];
    if (part.any_number) {
      next |= State{1} << at;
    } else if (part.wild ? fits(part.text, component) : part.text == component) {
      next |= State{1} << (at + 1);
    }
  }
  return closed(next);
}

Pattern::State Pattern::after(std::string_view path) const {
  State state = begin();
  while (!path.empty()) {
    const auto slash = path.find('/');
    const std::string_view component = path.substr(0, slash);
    if (!component.empty()) state = step(state, component);
    path = slash == std::string_view::npos ? "" : path.substr(slash + 1);
  }
  return state;
}

}  // namespace permissions
