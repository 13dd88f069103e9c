#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lib/ports/forwarding_files.hpp"
#include "lib/ports/trees.hpp"

namespace permissions {

/// Files as a process in a container sees them, through /proc/ID/root: for looking. Whatever would
/// change something is std::logic_error. Links lead where they lead inside.
class InsideFiles : public ports::ForwardingFiles {
 public:
  InsideFiles(ports::Files& host, int process);

  std::optional<ports::FileInfo> info(const std::string& path) override;
  std::vector<ports::FileInfo> list(const std::string& folder) override;
  std::string read(const std::string& path) override;
  std::string linkTarget(const std::string& path) override;
  std::optional<std::string> resolve(const std::string& path) override;

 private:
  ports::Files& inner() override;
  std::string real(const std::string& path);

  ports::Files& host_;
  std::string view_;
};

/// Line of /proc/ID/uid_map (user_namespaces(7)): numbers inside, outside, how many.
struct IdRange {
  std::uint64_t inside = 0;
  std::uint64_t outside = 0;
  std::uint64_t count = 0;
};
std::vector<IdRange> parseIdMap(const std::string& text);

/// Trees as a process in a container sees them. Numbers are those of the host, where the files lie;
/// names are those that the container's own passwd and group files give them.
class InsideTrees : public ports::Trees {
 public:
  InsideTrees(ports::Trees& host, ports::Files& host_files, int process);

  void walk(const std::string& root, ports::TreeVisitor& visitor) override;
  std::optional<ports::Attributes> attributes(const std::string& path) override;
  std::optional<ports::Identity> account(const std::string& name) override;
  std::optional<unsigned> group(const std::string& name) override;
  /// With the number inside: "unit (999)".
  std::string accountName(unsigned uid) override;
  std::string groupName(unsigned gid) override;
  std::vector<ports::AccessAnswer> access(
      const ports::Identity& who, int inside,
      const std::vector<ports::AccessQuestion>& questions) override;
  ports::WriteTrial tryWrite(const ports::Identity& who, int inside,
                             const std::string& folder) override;
  std::vector<ports::Changed> change(const std::string& root,
                                     const std::vector<ports::AttributeChange>& changes) override;

 private:
  using Table = std::vector<std::vector<std::string>>;
  Table table(const std::string& file);
  static std::string nameIn(const Table& table, const std::vector<IdRange>& map, unsigned outside);
  std::optional<unsigned> outside(const std::vector<IdRange>& map, const std::string& number) const;

  ports::Trees& host_;
  ports::Files& files_;
  int process_;
  std::string view_;
  std::vector<IdRange> users_;
  std::vector<IdRange> groups_;
  std::optional<Table> passwd_;
  std::optional<Table> group_;
};

}  // namespace permissions
