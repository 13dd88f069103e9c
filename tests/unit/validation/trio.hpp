#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/unit/validation/bench.hpp"

namespace validation_test {

/// Makes a world for one question and gives its arguments.
using Scene = std::function<core::Json(Bench&)>;

/// What each kind of check is shown: a world where the answer is yes, one where it is no, and one
/// where it can't tell.
struct Trio {
  std::string kind;
  Scene yes;
  Scene no;
  Scene dark;
  core::Outcome no_is = core::Outcome::fail;  // of a kind that takes sides without blame: skip
};

// One list per part of what is asked; trio_test.cpp holds them against the registry.
std::vector<Trio> serviceTrios();
std::vector<Trio> codeTrios();
std::vector<Trio> webTrios();
std::vector<Trio> apiTrios();
std::vector<Trio> workTrios();
std::vector<Trio> databaseTrios();
std::vector<Trio> releaseTrios();
std::vector<Trio> fileTrios();
std::vector<Trio> hostTrios();

inline const core::Json kNoArguments = core::Json::object();

/// The same scene with other words: what a fake says once.
inline Scene shellSays(std::string pattern, std::string out, core::Json arguments) {
  return [=](Bench& bench) {
    bench.fakes.shell.on(pattern).says(out);
    return arguments;
  };
}

inline Scene shellFails(std::string pattern, std::string err, core::Json arguments) {
  return [=](Bench& bench) {
    bench.fakes.shell.on(pattern).exits(1).complains(err).always();
    return arguments;
  };
}

inline Scene httpGives(std::string method, std::string url, int status, std::string body,
                       core::Json arguments) {
  return [=](Bench& bench) {
    bench.fakes.http.on(method, url).gives(status, body).always();
    return arguments;
  };
}

/// Nobody answers that a request could be sent to safely: what keeps us from asking.
inline Scene untrustedCertificate(core::Json arguments) {
  return [=](Bench& bench) {
    bench.fakes.http.on("GET", "*").fails({core::Kind::denied, "the certificate is not trusted"});
    return arguments;
  };
}

inline Scene databaseDown(core::Json arguments = kNoArguments) {
  return [=](Bench& bench) {
    bench.database();
    bench.fakes.sql.goDown();
    return arguments;
  };
}

/// A world in which we are an ordinary user who may not enter a folder.
inline Scene shutFolder(std::string folder, core::Json arguments) {
  return [=](Bench& bench) {
    bench.fakes.files.putFolder(folder, 0700);
    bench.fakes.files.actAs(1000);
    return arguments;
  };
}

/// One service under systemd as systemctl shows it (252); with a process of its own where `pid` is
/// given, run by `account`.
void putService(Bench& bench, config::ServiceRole role, const std::string& active, int pid = 0,
                unsigned account = 999);

}  // namespace validation_test
