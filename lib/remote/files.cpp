#include "lib/remote/files.hpp"

#include "lib/core/base64.hpp"
#include "lib/core/error.hpp"
#include "lib/remote/words.hpp"

namespace remote {
namespace {

core::Json request(const char* what, const std::string& path) {
  return {{"do", what}, {"path", core::base64(path)}};
}

/// Something that the other half keeps under a number until it is dropped.
class Kept {
 public:
  Kept(std::shared_ptr<Peer> peer, int id) : peer_(std::move(peer)), id_(id) {}
  ~Kept() {
    try {
      if (!peer_->lost()) peer_->ask({{"do", "drop"}, {"id", id_}});
    } catch (...) {  // then it went with its half
    }
  }
  Kept(const Kept&) = delete;
  Kept& operator=(const Kept&) = delete;
  Peer::Reply ask(const char* what, std::string bytes = {}) {
    return peer_->ask({{"do", what}, {"id", id_}}, std::move(bytes));
  }

 private:
  std::shared_ptr<Peer> peer_;
  int id_;
};

class RemoteSource : public core::Source {
 public:
  RemoteSource(std::shared_ptr<Peer> peer, int id) : kept_(std::move(peer), id) {}
  std::size_t read(std::span<char> block) override {
    if (at_ == bytes_.size()) {
      bytes_ = kept_.ask("next").bytes;
      at_ = 0;
    }
    const std::size_t count = std::min(block.size(), bytes_.size() - at_);
    std::copy_n(bytes_.data() + at_, count, block.data());
    at_ += count;
    return count;
  }

 private:
  Kept kept_;
  std::string bytes_;
  std::size_t at_ = 0;
};

class RemoteSink : public ports::FileSink {
 public:
  RemoteSink(std::shared_ptr<Peer> peer, int id) : kept_(std::move(peer), id) {}
  void write(std::string_view bytes) override {
    while (!bytes.empty()) {
      const auto part = bytes.substr(0, core::kBlockBytes * 4);
      kept_.ask("write", std::string(part));
      bytes.remove_prefix(part.size());
    }
  }
  void finish() override { kept_.ask("finish"); }

 private:
  Kept kept_;
};

class RemoteLock : public ports::FileLock {
 public:
  RemoteLock(std::shared_ptr<Peer> peer, int id) : kept_(std::move(peer), id) {}
  bool held() override {
    try {
      kept_.ask("ping");
      return true;
    } catch (const core::Error&) {
      return false;
    }
  }

 private:
  Kept kept_;
};

}  // namespace

RemoteFiles::RemoteFiles(std::string host, Connect connect)
    : host_(std::move(host)), connect_(std::move(connect)) {}

std::shared_ptr<Peer> RemoteFiles::peer() {
  const std::lock_guard lock(mutex_);
  if (!peer_ || peer_->lost()) peer_ = connect_();
  return peer_;
}

Peer::Reply RemoteFiles::ask(const char* what, const std::string& path, core::Json more,
                             std::string_view bytes) {
  core::Json words = request(what, path);
  words.update(more);
  const auto half = peer();
  try {
    return half->ask(words, std::string(bytes));
  } catch (const core::Error& error) {
    if (half->lost()) throw;
    throw core::Error(error.kind(), host_ + ": " + error.what(), error.hint());
  }
}

std::optional<ports::FileInfo> RemoteFiles::info(const std::string& path) {
  const core::Json words = ask("info", path).words;
  if (words.at("info").is_null()) return std::nullopt;
  return infoOf(words.at("info"));
}

std::vector<ports::FileInfo> RemoteFiles::list(const std::string& folder) {
  std::vector<ports::FileInfo> all;
  const core::Json words = ask("list", folder).words;
  for (const core::Json& one : words.at("list")) all.push_back(infoOf(one));
  return all;
}

std::string RemoteFiles::read(const std::string& path) { return ask("read", path).bytes; }

std::string RemoteFiles::linkTarget(const std::string& path) {
  return ask("linkTarget", path).bytes;
}

std::optional<std::string> RemoteFiles::resolve(const std::string& path) {
  Peer::Reply reply = ask("resolve", path);
  if (!reply.words.at("found").get<bool>()) return std::nullopt;
  return std::move(reply.bytes);
}

std::uint64_t RemoteFiles::freeBytes(const std::string& folder) {
  return ask("freeBytes", folder).words.at("bytes").get<std::uint64_t>();
}

bool RemoteFiles::may(const std::string& path, char right) {
  return ask("may", path, {{"right", std::string(1, right)}}).words.at("may").get<bool>();
}

std::unique_ptr<core::Source> RemoteFiles::open(const std::string& path) {
  const int id = ask("open", path).words.at("id").get<int>();
  return std::make_unique<RemoteSource>(peer(), id);
}

std::unique_ptr<ports::FileSink> RemoteFiles::create(const std::string& path, unsigned mode) {
  const int id = ask("create", path, {{"mode", mode}}).words.at("id").get<int>();
  return std::make_unique<RemoteSink>(peer(), id);
}

void RemoteFiles::replace(const std::string& path, std::string_view text, unsigned mode) {
  ask("replace", path, {{"mode", mode}}, text);
}

void RemoteFiles::append(const std::string& path, std::string_view text, unsigned mode) {
  ask("append", path, {{"mode", mode}}, text);
}

void RemoteFiles::truncate(const std::string& path, std::uint64_t bytes) {
  ask("truncate", path, {{"bytes", bytes}});
}

void RemoteFiles::makeFolder(const std::string& path, unsigned mode) {
  ask("makeFolder", path, {{"mode", mode}});
}

void RemoteFiles::rename(const std::string& from, const std::string& to) {
  ask("rename", from, {{"to", core::base64(to)}});
}

void RemoteFiles::remove(const std::string& path) { ask("remove", path); }

void RemoteFiles::removeTree(const std::string& path) { ask("removeTree", path); }

void RemoteFiles::setMode(const std::string& path, unsigned mode) {
  ask("setMode", path, {{"mode", mode}});
}

void RemoteFiles::setOwner(const std::string& path, const std::string& account) {
  ask("setOwner", path, {{"account", core::base64(account)}});
}

void RemoteFiles::syncTree(const std::string& folder) { ask("syncTree", folder); }

std::unique_ptr<ports::FileLock> RemoteFiles::lock(const std::string& path) {
  const int id = ask("lock", path).words.at("id").get<int>();
  if (id == 0) return nullptr;
  return std::make_unique<RemoteLock>(peer(), id);
}

}  // namespace remote
