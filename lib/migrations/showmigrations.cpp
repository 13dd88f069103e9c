#include "lib/migrations/showmigrations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "lib/core/error.hpp"
#include "lib/core/text.hpp"

namespace migrations {
namespace {

bool isName(std::string_view text, bool dots) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (dots && (c == '.' || c == '-'));
  });
}

std::optional<Key> dotted(std::string_view text) {
  const auto dot = text.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  Key key{std::string(text.substr(0, dot)), std::string(text.substr(dot + 1))};
  if (!isName(key.app, false) || !isName(key.name, true)) return std::nullopt;
  return key;
}

/// What stands between "(" and ")" at the front; nothing if it is not closed.
std::optional<std::string_view> inBrackets(std::string_view text) {
  if (!text.starts_with("(") || !text.ends_with(")")) return std::nullopt;
  return text.substr(1, text.size() - 2);
}

class Reader {
 public:
  Reader(std::string_view text, const std::string& path) : path_(path) {
    for (const std::string& line : core::split(text, '\n')) {
      ++number_;
      take(line);
    }
    const bool open = !text.ends_with('\n');
    shown_.cut = gap_ || open;
    // "[ ]  dcim.00": half a name.
    if (open && !shown_.lines.empty() &&
        shown_.lines.back().key.name.find('_') == std::string::npos) {
      shown_.lines.pop_back();
    }
    if (shown_.lines.empty()) {
      throw core::Error(core::Kind::not_found, path + " has no line of showmigrations",
                        "Make it with: manage.py showmigrations --plan > FILE");
    }
  }
  Shown shown() { return std::move(shown_); }

 private:
  [[noreturn]] void refuse(std::string_view line) const {
    throw core::Error(core::Kind::corrupt,
                      fmt::format("{}:{}: \"{}\" is no line of showmigrations", path_, number_,
                                  core::printable(line.substr(0, 80))));
  }

  void take(std::string_view line) {
    const std::string_view words = core::trim(line);
    if (words.empty() || words.starts_with("#") || words.starts_with("$ ")) return;
    if (words == "..." || words == "…") {
      gap_ = true;
      return;
    }
    if (words == "(no migrations)") return;
    if (!words.starts_with("[")) {
      if (!isName(words, false)) refuse(line);
      app_ = words;  // the head of a list
      return;
    }
    if (words.size() < 4 || words[2] != ']') refuse(line);
    ShownLine one;
    one.after_gap = std::exchange(gap_, false);
    if (words[1] == 'X' || words[1] == 'x') {
      one.mark = ShownLine::Mark::applied;
    } else if (words[1] == '-') {
      one.mark = ShownLine::Mark::to_be_recorded;
    } else if (words[1] != ' ') {
      refuse(line);
    }
    const std::string_view rest = core::trim(words.substr(3));
    const auto space = std::min(rest.find(' '), rest.size());
    name(rest.substr(0, space), line, one);
    remark(core::trim(rest.substr(space)), line, one);
    shown_.lines.push_back(std::move(one));
  }

  void name(std::string_view text, std::string_view line, ShownLine& one) {
    if (const auto key = dotted(text); key && app_.empty()) {
      shown_.plan = true;
      one.key = *key;
    } else if (!app_.empty() && isName(text, true)) {
      one.key = {app_, std::string(text)};
    } else {
      refuse(line);
    }
  }

  /// "... (a.b, c.d)", "(2 squashed migrations)", "(applied at …)", "Run 'manage.py migrate' …".
  void remark(std::string_view text, std::string_view line, ShownLine& one) {
    if (text.empty()) return;
    if (text.starts_with("...")) {
      const auto needs = inBrackets(core::trim(text.substr(3)));
      if (!needs) refuse(line);
      for (const std::string& part : core::split(*needs, ',')) {
        const auto key = dotted(core::trim(std::string_view(part)));
        if (!key) refuse(line);
        one.needs.push_back(*key);
      }
      return;
    }
    while (text.starts_with("(")) {
      const auto end = text.find(')');
      if (end == std::string_view::npos) refuse(line);
      const std::string_view inner = text.substr(1, end - 1);
      if (inner.ends_with("squashed migrations")) {
        std::from_chars(inner.data(), inner.data() + inner.size(), one.squashed);
      } else if (inner.starts_with("applied at ")) {
        one.when = inner.substr(11);
      } else {
        refuse(line);
      }
      text = core::trim(text.substr(end + 1));
    }
    const bool advice =
        text.starts_with("Run 'manage.py migrate'") || text.starts_with("run 'manage.py migrate'");
    if (!text.empty() && !advice) refuse(line);
  }

  const std::string& path_;
  std::size_t number_ = 0;
  std::string app_;
  bool gap_ = false;
  Shown shown_;
};

}  // namespace

Shown readShown(std::string_view text, const std::string& path) {
  return Reader(text, path).shown();
}

}  // namespace migrations
