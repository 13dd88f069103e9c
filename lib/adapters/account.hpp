#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace adapters {

/// An account of this host, as the system's name service knows it.
struct Account {
  std::string name;
  uid_t uid = 0;
  gid_t gid = 0;
  std::string home;
  std::vector<gid_t> groups;  // all groups, the own one included
};

/// Errors: not_found, unexpected.
Account accountNamed(const std::string& name);
/// The account that this process runs as; with the number as its name where it has none.
Account ownAccount();
/// Number of a group. Errors: not_found, unexpected.
gid_t groupNamed(const std::string& name);
/// "" where the number has no account.
std::string accountName(uid_t uid);
/// "" where the number has no group.
std::string groupName(gid_t gid);

/// While it lives, this thread alone (not the process) acts as another account: what a peer on a
/// socket sees, and the rights on files. Needs root. Errors of the constructor: denied.
class BorrowedIdentity {
 public:
  explicit BorrowedIdentity(const Account& account);
  ~BorrowedIdentity();
  BorrowedIdentity(const BorrowedIdentity&) = delete;
  BorrowedIdentity& operator=(const BorrowedIdentity&) = delete;

 private:
  uid_t uid_;
  gid_t gid_;
};

}  // namespace adapters
