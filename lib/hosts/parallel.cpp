#include "lib/hosts/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <thread>

namespace hosts {
namespace {

/// Threads that get no signals: those are for the main thread, which waits.
std::vector<std::thread> quietThreads(std::size_t count, const std::function<void()>& work) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::vector<std::thread> threads;
  for (std::size_t each = 0; each < count; ++each) threads.emplace_back(work);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return threads;
}

}  // namespace

void runParallel(std::size_t count, const Limits& limits, const core::Cancellation& cancellation,
                 const std::function<bool(std::size_t)>& work) {
  std::atomic<std::size_t> failed{0};
  const auto mayBegin = [&] {
    return !cancellation.requested() && (limits.failures == 0 || failed < limits.failures);
  };
  const std::size_t batch = limits.batch == 0 ? count : limits.batch;
  for (std::size_t first = 0; first < count && mayBegin(); first += batch) {
    const std::size_t end = std::min(count, first + batch);
    std::atomic<std::size_t> next{first};
    const auto worker = [&] {
      while (mayBegin()) {
        const std::size_t mine = next++;
        if (mine >= end) return;
        if (!work(mine)) ++failed;
      }
    };
    const std::size_t threads = std::min(std::max<std::size_t>(limits.at_once, 1), end - first);
    for (std::thread& thread : quietThreads(threads, worker)) thread.join();
  }
}

}  // namespace hosts
