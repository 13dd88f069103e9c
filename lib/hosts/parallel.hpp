#pragma once

#include <exception>
#include <functional>
#include <string>
#include <vector>

#include "lib/core/cancel.hpp"
#include "lib/core/error.hpp"

namespace hosts {

/// How many hosts are worked on, and when that stops.
struct Limits {
  std::size_t at_once = 32;
  /// Hosts of one batch; the next begins when all of it are done. 0: one batch.
  std::size_t batch = 0;
  /// No other host is begun once so many failed. 0: all are tried.
  std::size_t failures = 0;
};

enum class Ended { well, failed, not_begun };

/// What became of one host. Only `well` has a value, only `failed` an error.
template <typename Value>
struct Answer {
  std::string host;
  Ended ended = Ended::not_begun;
  Value value{};
  std::exception_ptr error{};
};

/// The bare runner: calls `work` with each number below `count`, each in a thread of its own;
/// `work` tells whether that went well and must not throw. Returns when all that began are done.
/// Begins no more once `cancellation` is requested.
void runParallel(std::size_t count, const Limits& limits, const core::Cancellation& cancellation,
                 const std::function<bool(std::size_t)>& work);

/// Asks all hosts the same, side by side; the answers stand in the order of the hosts. An error of
/// one host is its answer; anything but core::Error is a bug, and thrown when all are done.
/// `ask` is called from several threads: it may use the world of its host, and nothing else that
/// is not made for that.
template <typename Value>
std::vector<Answer<Value>> askHosts(const std::vector<std::string>& names, const Limits& limits,
                                    const core::Cancellation& cancellation,
                                    const std::function<Value(const std::string& host)>& ask) {
  std::vector<Answer<Value>> answers(names.size());
  std::vector<std::exception_ptr> bugs(names.size());
  for (std::size_t at = 0; at < names.size(); ++at) answers[at].host = names[at];
  runParallel(names.size(), limits, cancellation, [&](std::size_t at) {
    try {
      answers[at].value = ask(names[at]);
      answers[at].ended = Ended::well;
      return true;
    } catch (const core::Error&) {
      answers[at].error = std::current_exception();
    } catch (...) {
      bugs[at] = std::current_exception();
    }
    answers[at].ended = Ended::failed;
    return false;
  });
  for (const std::exception_ptr& bug : bugs) {
    if (bug) std::rethrow_exception(bug);
  }
  return answers;
}

}  // namespace hosts
