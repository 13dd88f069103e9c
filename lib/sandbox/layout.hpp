#pragma once

#include <string>

namespace sandbox {

/// Where everything of a sandbox lies below its one folder.
struct Layout {
  std::string root;  // absolute, without links

  std::string marker() const { return root + "/sandbox.json"; }
  std::string lock() const { return root + "/sandbox.lock"; }
  std::string configuration() const { return root + "/sotctl.toml"; }
  std::string password() const { return root + "/secrets/database"; }
  std::string token() const { return root + "/secrets/api-token"; }
  std::string login() const { return root + "/secrets/login"; }  // password of user sandbox
  std::string secrets() const { return root + "/secrets"; }
  std::string postgres() const { return root + "/postgres"; }
  std::string standby() const { return root + "/standby"; }  // data folder of a second server
  std::string replication() const { return root + "/secrets/replication"; }
  std::string redis() const { return root + "/redis"; }
  std::string run() const { return root + "/run"; }  // sockets and pid files
  std::string log() const { return root + "/log"; }
  std::string media() const { return root + "/media"; }
  std::string backups() const { return root + "/backups"; }
  std::string app() const { return root + "/app"; }  // laid out like /opt/netbox
  std::string package() const { return app() + "/netbox/netbox"; }
  std::string settings() const { return package() + "/configuration.py"; }
  std::string python() const { return app() + "/venv/bin/python3"; }
};

}  // namespace sandbox
