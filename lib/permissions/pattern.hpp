#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace permissions {

/// Which paths a rule is for: an absolute path whose components may hold `*` and `?`, and `**` for
/// any number of components, none included ("/srv/media/**" is for /srv/media and all below).
/// At most 63 components. Errors of the constructor: configuration.
class Pattern {
 public:
  explicit Pattern(std::string text);

  const std::string& text() const { return text_; }
  /// The path up to the first component with a wildcard: where a walk has to begin.
  std::string base() const;
  /// Whether everything that it can match below a folder of its base is matched by walking on.
  bool recursive() const;

  /// Where in the pattern a path stands: one bit for each place. A path is matched one component
  /// after the other, so that a walk does it once for each folder.
  using State = std::uint64_t;
  State begin() const { return closed(1); }
  State step(State state, std::string_view component) const;
  bool matches(State state) const { return (state >> parts_.size() & 1) != 0; }
  /// Whether anything below can match.
  bool alive(State state) const { return (state & ~(State{1} << parts_.size())) != 0; }
  /// The state after an absolute path.
  State after(std::string_view path) const;

 private:
  struct Part {
    std::string text;
    bool any_number = false;  // **
    bool wild = false;        // has * or ?
  };
  State closed(State state) const;

  std::string text_;
  std::vector<Part> parts_;
};

/// Whether a name fits a component with `*` and `?`.
bool fits(std::string_view pattern, std::string_view name);

}  // namespace permissions
