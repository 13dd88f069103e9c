#pragma once

#include "lib/ports/files.hpp"

namespace ports {

/// Passes every call to inner(): a decorator or a double overrides what it wants.
class ForwardingFiles : public Files {
 public:
  std::optional<FileInfo> info(const std::string& path) override { return inner().info(path); }
  std::vector<FileInfo> list(const std::string& folder) override { return inner().list(folder); }
  std::string read(const std::string& path) override { return inner().read(path); }
  std::unique_ptr<core::Source> open(const std::string& path) override {
    return inner().open(path);
  }
  std::string linkTarget(const std::string& path) override { return inner().linkTarget(path); }
  std::optional<std::string> resolve(const std::string& path) override {
    return inner().resolve(path);
  }
  std::uint64_t freeBytes(const std::string& folder) override { return inner().freeBytes(folder); }
  bool may(const std::string& path, char right) override { return inner().may(path, right); }
  void replace(const std::string& path, std::string_view text, unsigned mode) override {
    inner().replace(path, text, mode);
  }
  std::unique_ptr<FileSink> create(const std::string& path, unsigned mode) override {
    return inner().create(path, mode);
  }
  void append(const std::string& path, std::string_view text, unsigned mode) override {
    inner().append(path, text, mode);
  }
  void truncate(const std::string& path, std::uint64_t bytes) override {
    inner().truncate(path, bytes);
  }
  void makeFolder(const std::string& path, unsigned mode) override {
    inner().makeFolder(path, mode);
  }
  void rename(const std::string& from, const std::string& to) override { inner().rename(from, to); }
  void remove(const std::string& path) override { inner().remove(path); }
  void removeTree(const std::string& path) override { inner().removeTree(path); }
  void setMode(const std::string& path, unsigned mode) override { inner().setMode(path, mode); }
  void setOwner(const std::string& path, const std::string& account) override {
    inner().setOwner(path, account);
  }
  void syncTree(const std::string& folder) override { inner().syncTree(folder); }
  std::unique_ptr<Tree> tree(const std::string& folder) override { return inner().tree(folder); }
  void exchange(const std::string& one, const std::string& other) override {
    inner().exchange(one, other);
  }
  std::unique_ptr<FileLock> lock(const std::string& path) override { return inner().lock(path); }

 protected:
  virtual Files& inner() = 0;
};

}  // namespace ports
