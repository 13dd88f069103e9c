#include "tests/support/alive.hpp"

#include <fstream>
#include <string>
#include <thread>

namespace support {

bool alive(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  if (!std::getline(file, line)) return false;
  // "4711 (name) S …": the name may hold anything, a parenthesis too.
  const auto end = line.rfind(')');
  return end != std::string::npos && line.size() > end + 2 && line[end + 2] != 'Z' &&
         line[end + 2] != 'X';
}

bool eventually(const std::function<bool()>& question, std::chrono::milliseconds limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  while (!question()) {
    if (std::chrono::steady_clock::now() > until) return question();
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

}  // namespace support
