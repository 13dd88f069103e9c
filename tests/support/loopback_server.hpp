#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace support {

/// A tiny HTTP server for tests: one thread, one request per connection. `answer` gets the whole
/// request as it came and gives the whole response; an empty one closes the connection, and
/// "silence" keeps it open without a word until the server goes.
class LoopbackServer {
 public:
  using Answer = std::function<std::string(const std::string& request)>;
  explicit LoopbackServer(Answer answer);
  ~LoopbackServer();
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;
  std::string url(const std::string& path = "/") const;
  std::vector<std::string> requests() const;

 private:
  void serve();
  void handle(int connection);

  Answer answer_;
  int socket_ = -1;
  int port_ = 0;
  std::atomic<bool> stop_{false};
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::vector<int> silent_;
  std::thread thread_;
};

/// A response with its length.
std::string response(int status, const std::string& body, const std::string& headers = {});

}  // namespace support
