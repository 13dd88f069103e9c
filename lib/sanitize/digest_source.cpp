#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "lib/core/digest.hpp"
#include "lib/sanitize/run.hpp"

namespace sanitize {

struct DigestSource::State {
  static constexpr std::size_t kMostBlocks = 8;
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::string> blocks;
  std::vector<std::string> spare;
  bool ended = false;
  core::Sha256 digest;
  std::thread thread{[this] { run(); }};

  void run() {
    while (true) {
      std::string block;
      {
        std::unique_lock lock(mutex);
        changed.wait(lock, [this] { return ended || !blocks.empty(); });
        if (blocks.empty()) return;
        block = std::move(blocks.front());
        blocks.pop_front();
      }
      changed.notify_all();
      digest.add(block);
      const std::lock_guard lock(mutex);
      spare.push_back(std::move(block));
    }
  }
  void add(std::string_view bytes) {
    std::string block;
    {
      std::unique_lock lock(mutex);
      changed.wait(lock, [this] { return blocks.size() < kMostBlocks; });
      if (!spare.empty()) {
        block = std::move(spare.back());
        spare.pop_back();
      }
    }
    block.assign(bytes);
    {
      const std::lock_guard lock(mutex);
      blocks.push_back(std::move(block));
    }
    changed.notify_all();
  }
  void end() {
    {
      const std::lock_guard lock(mutex);
      ended = true;
    }
    changed.notify_all();
    if (thread.joinable()) thread.join();
  }
};

DigestSource::DigestSource(core::Source& inner)
    : inner_(inner), state_(std::make_unique<State>()) {}
DigestSource::~DigestSource() { state_->end(); }

std::size_t DigestSource::read(std::span<char> block) {
  const std::size_t got = inner_.read(block);
  bytes_ += got;
  if (got > 0) state_->add({block.data(), got});
  return got;
}

std::string DigestSource::hex() {
  state_->end();
  return state_->digest.hex();
}

}  // namespace sanitize
