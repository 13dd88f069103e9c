#include "lib/cluster/node.hpp"

#include <charconv>

namespace cluster {

const std::vector<std::string> kParameters{
    "archive_mode",
    "data_checksums",
    "data_directory",
    "full_page_writes",
    "hot_standby",
    "hot_standby_feedback",
    "max_connections",
    "max_locks_per_transaction",
    "max_prepared_transactions",
    "max_replication_slots",
    "max_slot_wal_keep_size",
    "max_wal_senders",
    "max_worker_processes",
    "recovery_min_apply_delay",
    "synchronous_standby_names",
    "wal_keep_size",
    "wal_level",
    "wal_log_hints",
};

const char* roleName(Role role) {
  switch (role) {
    case Role::primary:
      return "primary";
    case Role::standby:
      return "standby";
    case Role::stopped:
      return "stopped";
    case Role::unknown:
      break;
  }
  return "unknown";
}

std::string Node::parameter(const std::string& name) const {
  const auto found = parameters.find(name);
  return found == parameters.end() ? "" : found->second;
}

std::int64_t Node::number(const std::string& name) const {
  const std::string text = parameter(name);
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace cluster
