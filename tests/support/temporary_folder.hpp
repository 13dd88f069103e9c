#pragma once

#include <string>

namespace support {

/// A fresh folder below /tmp with mode 0700, without links in its path.
std::string makeTemporaryFolder(const std::string& name);

/// A fresh folder that goes with its owner.
class TemporaryFolder {
 public:
  explicit TemporaryFolder(const std::string& name = "sotctl-test")
      : path_(makeTemporaryFolder(name)) {}
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace support
