#pragma once

#include "lib/ports/files.hpp"
#include "lib/ports/scratch.hpp"

namespace adapters {

/// The file system of this host. Holds nothing; safe from any thread. Of the names that are no
/// files it takes /dev/stdin for open() and /dev/stdout for create().
class DiskFiles : public ports::Files, public ports::ScratchFiles {
 public:
  std::optional<ports::FileInfo> info(const std::string& path) override;
  std::vector<ports::FileInfo> list(const std::string& folder) override;
  std::string read(const std::string& path) override;
  std::unique_ptr<core::Source> open(const std::string& path) override;
  std::string linkTarget(const std::string& path) override;
  std::optional<std::string> resolve(const std::string& path) override;
  std::uint64_t freeBytes(const std::string& folder) override;
  bool may(const std::string& path, char right) override;

  void replace(const std::string& path, std::string_view text, unsigned mode) override;
  std::unique_ptr<ports::FileSink> create(const std::string& path, unsigned mode) override;
  void append(const std::string& path, std::string_view text, unsigned mode) override;
  void truncate(const std::string& path, std::uint64_t bytes) override;
  void makeFolder(const std::string& path, unsigned mode) override;
  void rename(const std::string& from, const std::string& to) override;
  void remove(const std::string& path) override;
  void removeTree(const std::string& path) override;
  void setMode(const std::string& path, unsigned mode) override;
  void setOwner(const std::string& path, const std::string& account) override;
  void syncTree(const std::string& folder) override;
  std::unique_ptr<ports::Tree> tree(const std::string& folder) override;
  void exchange(const std::string& one, const std::string& other) override;
  std::unique_ptr<ports::FileLock> lock(const std::string& path) override;

  std::unique_ptr<ports::ScratchMemory> scratchMemory(const std::string& folder,
                                                      std::size_t bytes) override;
  std::unique_ptr<ports::ScratchFile> scratchFile(const std::string& folder) override;
};

}  // namespace adapters
