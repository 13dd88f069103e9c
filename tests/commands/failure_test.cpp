#include "commands/failure.hpp"

#include <stdexcept>

#include "lib/core/error.hpp"
#include "tests/catch.hpp"

using commands::failureOf;
using core::Kind;
using core::Stop;

TEST_CASE("each kind of error has its exit status") {
  const std::vector<std::pair<Kind, int>> table{
      {Kind::unexpected, 1},    {Kind::usage, 2},        {Kind::configuration, 3},
      {Kind::not_found, 4},     {Kind::refused, 5},      {Kind::locked, 6},
      {Kind::unreachable, 7},   {Kind::denied, 8},       {Kind::timed_out, 9},
      {Kind::failed_check, 10}, {Kind::corrupt, 11},     {Kind::incomplete, 12},
      {Kind::undetermined, 13}, {Kind::interrupted, 130}};
  for (const auto& [kind, status] : table) {
    CAPTURE(status);
    CHECK(failureOf(core::Error(kind, "x"), Stop::none).status == status);
    CHECK(failureOf(core::Error(kind, "x"), Stop::none).kind == core::kindName(kind));
  }
}

TEST_CASE("a mistake in the program is a bug, anything else unexpected") {
  CHECK(failureOf(std::logic_error("index"), Stop::none).status == 70);
  CHECK(failureOf(std::out_of_range("index"), Stop::none).kind == "bug");
  CHECK(failureOf(std::runtime_error("disk"), Stop::none).status == 1);
}

TEST_CASE("what stopped a command decides how its interruption is told") {
  const core::Error interrupted(Kind::interrupted, "interrupted");
  CHECK(failureOf(interrupted, Stop::interrupt).status == 130);
  CHECK(failureOf(interrupted, Stop::terminate).status == 143);
  CHECK(failureOf(interrupted, Stop::time_limit).status == 9);
  CHECK(failureOf(interrupted, Stop::time_limit).kind == "timed_out");
  SECTION("and what became of the run is still told") {
    const core::Error back(Kind::interrupted, "interrupted; everything was taken back (run 1)");
    CHECK(failureOf(back, Stop::terminate).message ==
          "terminated; everything was taken back (run 1)");
    CHECK(failureOf(back, Stop::interrupt).message == back.what());
    CHECK(failureOf(interrupted, Stop::terminate).message == "terminated");
  }
  SECTION("but a run that is incomplete stays incomplete") {
    CHECK(failureOf(core::Error(Kind::incomplete, "x"), Stop::terminate).status == 12);
  }
}

TEST_CASE("errors are told as a line and its hint, or as one JSON object") {
  const auto failure = failureOf(
      core::Error(Kind::refused, "set a is pinned", "Unpin it.\nOr not.", "backup.pinned"),
      Stop::none);
  CHECK(failureText(failure, false) == "sotctl: set a is pinned\n  Unpin it.\n  Or not.\n");
  CHECK(failureJson(failure, false).dump() ==
        R"({"error":{"kind":"refused","message":"set a is pinned","hint":"Unpin it.\nOr not.",)"
        R"("status":5,"refusal":"backup.pinned"}})");
}

TEST_CASE("causes are told with -v only") {
  try {
    try {
      throw std::runtime_error("connection reset");
    } catch (...) {
      std::throw_with_nested(core::Error(Kind::unreachable, "can't ask the server"));
    }
  } catch (const std::exception& error) {
    const auto failure = failureOf(error, Stop::none);
    CHECK(failure.status == 7);
    CHECK(failureText(failure, false) == "sotctl: can't ask the server\n");
    CHECK(failureText(failure, true) ==
          "sotctl: can't ask the server\n  because: connection reset\n");
  }
}
