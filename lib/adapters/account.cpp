#include "lib/adapters/account.hpp"

#include <grp.h>
#include <pwd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <optional>

#include "lib/adapters/trouble.hpp"

namespace adapters {
namespace {

/// These numbers, too, say that there is no such entry (getpwnam(3), Linux man-pages 6.03).
bool meansNobody(int error) {
  return error == ENOENT || error == ESRCH || error == EBADF || error == EPERM;
}

template <typename Ask>
std::optional<Account> lookUp(const std::string& who, Ask ask) {
  std::vector<char> room(4096);
  passwd entry{};
  passwd* found = nullptr;
  int error = 0;
  while ((error = ask(&entry, room, &found)) == ERANGE) room.resize(room.size() * 2);
  if (error != 0 && !meansNobody(error)) throw trouble("can't look up account " + who, error);
  if (found == nullptr) return std::nullopt;
  Account account;
  account.name = found->pw_name;
  account.uid = found->pw_uid;
  account.gid = found->pw_gid;
  account.home = found->pw_dir;
  return account;
}

std::optional<Account> lookUp(uid_t uid) {
  return lookUp(std::to_string(uid), [&](passwd* entry, std::vector<char>& room, passwd** found) {
    return getpwuid_r(uid, entry, room.data(), room.size(), found);
  });
}

struct Group {
  std::string name;
  gid_t gid = 0;
};

template <typename Ask>
std::optional<Group> lookUpGroup(const std::string& which, Ask ask) {
  std::vector<char> room(4096);
  group entry{};
  group* found = nullptr;
  int error = 0;
  while ((error = ask(&entry, room, &found)) == ERANGE) room.resize(room.size() * 2);
  if (error != 0 && !meansNobody(error)) throw trouble("can't look up group " + which, error);
  if (found == nullptr) return std::nullopt;
  return Group{found->gr_name, found->gr_gid};
}

/// The plain system calls change one thread; the C library's functions change all of them, which
/// would let another thread's work fail in between.
long setEffective(long call, unsigned id) { return syscall(call, -1, id, -1); }

}  // namespace

Account accountNamed(const std::string& name) {
  auto account = lookUp(name, [&](passwd* entry, std::vector<char>& room, passwd** found) {
    return getpwnam_r(name.c_str(), entry, room.data(), room.size(), found);
  });
  if (!account) {
    throw core::Error(core::Kind::not_found, "no account " + name + " on this host",
                      "List the accounts with `getent passwd`.");
  }
  int count = 32;
  account->groups.resize(static_cast<std::size_t>(count));
  while (getgrouplist(name.c_str(), account->gid, account->groups.data(), &count) < 0) {
    account->groups.resize(static_cast<std::size_t>(count));
  }
  account->groups.resize(static_cast<std::size_t>(count));
  return *account;
}

Account ownAccount() {
  if (auto account = lookUp(geteuid())) return *account;
  Account account;
  account.name = std::to_string(geteuid());
  account.uid = geteuid();
  account.gid = getegid();
  account.home = "/";
  return account;
}

gid_t groupNamed(const std::string& name) {
  const auto found = lookUpGroup(name, [&](group* entry, std::vector<char>& room, group** result) {
    return getgrnam_r(name.c_str(), entry, room.data(), room.size(), result);
  });
  if (found) return found->gid;
  throw core::Error(core::Kind::not_found, "no group " + name + " on this host",
                    "List the groups with `getent group`.");
}

std::string accountName(uid_t uid) {
  const auto account = lookUp(uid);
  return account ? account->name : "";
}

std::string groupName(gid_t gid) {
  const auto found =
      lookUpGroup(std::to_string(gid), [&](group* entry, std::vector<char>& room, group** result) {
        return getgrgid_r(gid, entry, room.data(), room.size(), result);
      });
  return found ? found->name : "";
}

BorrowedIdentity::BorrowedIdentity(const Account& account) : uid_(geteuid()), gid_(getegid()) {
  if (setEffective(SYS_setresgid, account.gid) != 0 ||
      setEffective(SYS_setresuid, account.uid) != 0) {
    setEffective(SYS_setresgid, gid_);
    throw core::Error(core::Kind::denied, "can't act as account " + account.name,
                      "Run this as root (sudo), or as " + account.name + ".");
  }
}

BorrowedIdentity::~BorrowedIdentity() {
  // Going on as somebody else would be worse than not going on.
  if (setEffective(SYS_setresuid, uid_) != 0 || setEffective(SYS_setresgid, gid_) != 0) {
    std::abort();
  }
}

}  // namespace adapters
