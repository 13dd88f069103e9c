#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>

namespace support {

/// Whether a process runs; one that ended and only waits to be collected does not.
bool alive(pid_t pid);

/// Looks again and again until `question` says yes or the time is up; gives the last answer.
bool eventually(const std::function<bool()>& question,
                std::chrono::milliseconds limit = std::chrono::seconds(10));

}  // namespace support
