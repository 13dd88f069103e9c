#pragma once

#include <memory>
#include <thread>

#include "lib/remote/files.hpp"
#include "lib/remote/server.hpp"

namespace support {

/// The other half, in a thread of this process.
class ServingThread : public ports::Process {
 public:
  ServingThread(ports::Files& files, ports::Trees& trees, core::Source& in, core::Sink& out)
      : thread_([&] { remote::serve(files, trees, in, out); }) {}
  ~ServingThread() override {
    if (thread_.joinable()) thread_.join();
  }
  ports::Outcome wait() override {
    thread_.join();
    return {};
  }

 private:
  std::thread thread_;
};

/// A host whose files and trees these are. Both must outlive what is asked.
inline remote::RemoteFiles::Connect servedBy(ports::Files& files, ports::Trees& trees) {
  const auto connect = [&files, &trees] {
    return std::make_shared<remote::Peer>(
        [&files, &trees](core::Source& in, core::Sink& out, const std::function<void()>&) {
          return std::make_unique<ServingThread>(files, trees, in, out);
        },
        "", "box");
  };
  return [connect, known = std::make_shared<std::shared_ptr<remote::Peer>>()] {
    if (!*known || (*known)->lost()) *known = connect();
    return *known;
  };
}

}  // namespace support
