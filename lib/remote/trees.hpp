#pragma once

#include <map>

#include "lib/ports/trees.hpp"
#include "lib/remote/files.hpp"

namespace remote {

/// Trees of another host, walked and changed there by its half of sotctl. Errors as RemoteFiles.
class RemoteTrees : public ports::Trees {
 public:
  RemoteTrees(std::string host, RemoteFiles::Connect connect)
      : host_(std::move(host)), connect_(std::move(connect)) {}

  void walk(const std::string& root, ports::TreeVisitor& visitor) override;
  std::optional<ports::Attributes> attributes(const std::string& path) override;
  std::optional<ports::Identity> account(const std::string& name) override;
  std::optional<unsigned> group(const std::string& name) override;
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
  Peer::Reply ask(const char* what, core::Json words);

  std::string host_;
  RemoteFiles::Connect connect_;
};

}  // namespace remote
