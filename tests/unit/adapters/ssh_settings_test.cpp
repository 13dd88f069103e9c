#include "lib/adapters/ssh/effective.hpp"
#include "lib/adapters/ssh/words.hpp"
#include "tests/catch.hpp"

using adapters::SshSettings;
using adapters::unfitForLibssh2;
using Catch::Matchers::Contains;

namespace {

constexpr const char* kPlain =
    "host db\nuser root\nhostname db\nport 22\nproxyjump none\n"
    "identityfile ~/.ssh/id_rsa\nidentityfile ~/.ssh/id_ed25519\n"
    "ciphers aes128-ctr\nstricthostkeychecking ask\n";

std::string unfit(const std::string& effective, const std::string& known = "") {
  return unfitForLibssh2(SshSettings(effective), SshSettings(kPlain), known);
}

}  // namespace

TEST_CASE("libssh2 is taken where it can do all that ssh's configuration asks for") {
  CHECK(unfit(kPlain).empty());
  CHECK(unfit("host db\nuser deploy\nhostname 192.0.2.7\nport 2222\nproxyjump none\n"
              "identityfile ~/k\nciphers aes128-ctr\nstricthostkeychecking true\nsendenv LANG\n")
            .empty());
}

TEST_CASE("any other setting that was changed needs the ssh program") {
  const std::string text = kPlain;
  CHECK_THAT(unfit(text + "proxycommand nc %h %p\n"), Contains("proxycommand"));
  std::string jump = text;
  jump.replace(jump.find("proxyjump none"), 14, "proxyjump bastion");
  CHECK_THAT(unfit(jump), Contains("proxyjump"));
  CHECK_THAT(unfit(text + "certificatefile ~/c\n"), Contains("certificatefile"));
  CHECK_THAT(unfit(text + "hostkeyalias x\n"), Contains("hostkeyalias"));
  CHECK_THAT(unfit(text + "identityagent /a\n"), Contains("identityagent"));
  CHECK_THAT(unfit(text + "revokedhostkeys /r\n"), Contains("revokedhostkeys"));
  CHECK_THAT(unfit(text + "somethingnew yes\n"), Contains("somethingnew"));
  CHECK_THAT(unfit("host db\nuser root\n"), Contains("ssh's configuration sets"));
}

TEST_CASE("lines of known_hosts that libssh2 can't read need the ssh program") {
  CHECK(unfit(kPlain, "# *\n\nweb ssh-ed25519 AAAA\n|1|a=|b= ssh-ed25519 AAAA\n").empty());
  CHECK_THAT(unfit(kPlain, "@cert-authority *.example.org ssh-ed25519 AAAA\n"),
             Contains("@cert-authority"));
  CHECK_THAT(unfit(kPlain, "a b c\n@revoked web ssh-ed25519 AAAA\n"), Contains("@revoked"));
  CHECK_THAT(unfit(kPlain, "*.example.org ssh-ed25519 AAAA\n"), Contains("*.example.org"));
}

TEST_CASE("settings repeat in order, and their keys are in lower case") {
  const SshSettings settings(kPlain + std::string("canonicalizePermittedcnames none\n"));
  CHECK(settings.all("identityfile") ==
        std::vector<std::string>{"~/.ssh/id_rsa", "~/.ssh/id_ed25519"});
  CHECK(settings.first("canonicalizepermittedcnames") == "none");
  CHECK(settings.first("nothing").empty());
}

TEST_CASE("text that is no key of OpenSSH's own format does not fit libssh2") {
  CHECK_FALSE(adapters::keyFitsLibssh2(""));
  CHECK_FALSE(adapters::keyFitsLibssh2("-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END"));
  CHECK_FALSE(adapters::keyFitsLibssh2(
      "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA\n-----END"));
  CHECK_FALSE(adapters::keyFitsLibssh2(
      "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5v\n-----END"));
}

TEST_CASE("the end that a remote shell tells is a status, or the signal that it names") {
  CHECK(adapters::endOf(" 3")->status == 3);
  CHECK(adapters::endOf("Killed\n 137")->signal == 9);
  CHECK(adapters::endOf(" 137")->status == 137);
  CHECK(adapters::endOf("sh: line 1: 99 Segmentation fault ( exec \"$@\" )\n 139")->signal == 11);
  CHECK(adapters::endOf(" 141")->signal == 13);
  CHECK(adapters::endOf(" 130")->signal == 2);
  CHECK_FALSE(adapters::endOf(""));
  CHECK_FALSE(adapters::endOf("x"));
}

TEST_CASE("an opening is one line, whatever is in the command") {
  const std::string opening = adapters::openingOf(
      {.argv = {"a\nb", "'"}, .environment = {{"X", core::Secret("1\n2")}}, .directory = "/a\nb"},
      {"mark", ports::HostAddress::Sudo::none, core::Secret()});
  CHECK(std::count(opening.begin(), opening.end(), '\n') == 1);
  CHECK_THAT(opening, Contains("'a'\"$n\"'b' ''\\'''"));
  CHECK_THROWS_AS(adapters::openingOf({.argv = {"a"}, .environment = {{"X;rm", core::Secret("")}}},
                                      {"mark", ports::HostAddress::Sudo::none, core::Secret()}),
                  core::Error);
}
