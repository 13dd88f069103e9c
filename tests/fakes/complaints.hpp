#pragma once

#include <mutex>
#include <string>
#include <vector>

namespace fakes {

/// What a fake has against the code under test. Whatever is left when it goes fails the test, even
/// if the code swallowed the exception that came with it. Safe from any thread; goes in the test's.
class Complaints {
 public:
  Complaints() = default;
  ~Complaints();
  Complaints(const Complaints&) = delete;
  Complaints& operator=(const Complaints&) = delete;

  void add(const std::string& what);
  /// Complains, and throws std::logic_error: the real thing would not be asked this.
  [[noreturn]] void refuse(const std::string& what);
  /// For the tests of the fakes: takes them away.
  std::vector<std::string> take();

 private:
  std::mutex mutex_;
  std::vector<std::string> all_;
};

/// Whether `text` looks like `pattern`, where `*` stands for any text.
bool like(std::string_view text, std::string_view pattern);

/// How often an answer may be and has been used.
class Uses {
 public:
  void times(int count) { left_ = wanted_ = count; }
  void always() { wanted_ = -1; }
  bool left() const { return wanted_ < 0 || left_ > 0; }
  void use() { --left_; }
  /// Answers for any number of uses need none.
  bool unused() const { return wanted_ > 0 && left_ > 0; }

 private:
  int wanted_ = 1;
  int left_ = 1;
};

}  // namespace fakes
