#include "lib/step/under_way.hpp"

#include <atomic>

namespace step {
namespace {

std::atomic<bool> under_way{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler reads it");

}  // namespace

bool isUnderWay() { return under_way.load(std::memory_order_relaxed); }

void setUnderWay(bool is) { under_way.store(is, std::memory_order_relaxed); }

}  // namespace step
