#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "lib/ports/files.hpp"
#include "lib/remote/peer.hpp"

namespace remote {

/// The file system of another host, through its half of sotctl, which is started at the first use
/// and again after it was lost. Errors are those of the file system there, with the host's name;
/// and those of Peer. Streams and locks die with the half that gave them.
class RemoteFiles : public ports::Files {
 public:
  using Connect = std::function<std::shared_ptr<Peer>()>;
  RemoteFiles(std::string host, Connect connect);

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
  /// held() asks the other host: false once its half, and with it the lock, is gone.
  std::unique_ptr<ports::FileLock> lock(const std::string& path) override;

 private:
  Peer::Reply ask(const char* what, const std::string& path, core::Json more = core::Json::object(),
                  std::string_view bytes = {});
  std::shared_ptr<Peer> peer();

  std::string host_;
  Connect connect_;
  std::mutex mutex_;
  std::shared_ptr<Peer> peer_;
};

}  // namespace remote
