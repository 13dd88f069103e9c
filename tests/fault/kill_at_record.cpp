// Preloaded into sotctl by tests/fault/run: ends the process with SIGKILL at the Nth record of a
// run's journal, so that every boundary can be tried without test code in the product.
//
//   SOTCTL_FAULT_RECORD=N      which record, counted from 1 over the life of the process
//   SOTCTL_FAULT_WHEN=before   before the record is written: its work is done, nobody knows
//   SOTCTL_FAULT_WHEN=after    once it is on disk: announced, not begun
//
// Children don't inherit it: sotctl gives them a minimal environment.

#include <dlfcn.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

std::atomic<long> records{0};

bool isJournal(int descriptor) {
  char target[4096];
  const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
  const ssize_t length = readlink(link.c_str(), target, sizeof target - 1);
  if (length <= 0) return false;
  target[length] = '\0';
  const std::string path(target);
  const std::string name = "/journal.jsonl";
  return path.size() > name.size() &&
         path.compare(path.size() - name.size(), name.size(), name) == 0;
}

long wantedRecord() {
  const char* text = std::getenv("SOTCTL_FAULT_RECORD");
  return text == nullptr ? -1 : std::atol(text);
}

bool wantedWhen(const char* when) {
  const char* text = std::getenv("SOTCTL_FAULT_WHEN");
  return text != nullptr && std::strcmp(text, when) == 0;
}

void dieIf(long record, const char* when) {
  if (record == wantedRecord() && wantedWhen(when)) kill(getpid(), SIGKILL);
}

template <typename Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

int synced(int result, int descriptor) {
  if (isJournal(descriptor)) dieIf(records.load(), "after");
  return result;
}

}  // namespace

extern "C" {

ssize_t write(int descriptor, const void* bytes, size_t count) {
  static const auto real = next<ssize_t (*)(int, const void*, size_t)>("write");
  if (isJournal(descriptor)) dieIf(++records, "before");
  return real(descriptor, bytes, count);
}

int fsync(int descriptor) {
  static const auto real = next<int (*)(int)>("fsync");
  return synced(real(descriptor), descriptor);
}

int fdatasync(int descriptor) {
  static const auto real = next<int (*)(int)>("fdatasync");
  return synced(real(descriptor), descriptor);
}

}  // extern "C"
