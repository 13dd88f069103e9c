#include "commands/exits.hpp"

#include <algorithm>
#include <array>

namespace commands {

const std::vector<ExitLine>& allExits() {
  static const std::vector<ExitLine> lines{
      {0, "done, or already so"},
      {1, "unexpected failure"},
      {2, "usage: unknown name, option or value"},
      {3, "configuration is wrong or not trusted"},
      {4, "not found"},
      {5, "refused, nothing was changed"},
      {6, "locked by another run, or an unfinished run waits"},
      {7, "unreachable"},
      {8, "denied"},
      {9, "timed out"},
      {10, "a check failed, or a difference was found"},
      {11, "corrupt data"},
      {12, "something was changed and the run is incomplete, whatever the cause"},
      {13, "could not determine"},
      {20, "with --detailed-exitcode: changed, or would change"},
      {70, "bug in sotctl"},
      {130, "interrupted, nothing was changed"},
      {143, "terminated, nothing was changed"}};
  return lines;
}

std::vector<ExitLine> exitsOf(const Verb& verb) {
  constexpr std::array kEveryVerb{0, 1, 2, 9, 70, 130, 143};
  std::vector<ExitLine> lines = verb.exits;
  for (const ExitLine& line : allExits()) {
    const bool told = std::any_of(lines.begin(), lines.end(),
                                  [&](const ExitLine& own) { return own.status == line.status; });
    const bool always =
        std::find(kEveryVerb.begin(), kEveryVerb.end(), line.status) != kEveryVerb.end();
    if (always && !told) lines.push_back(line);
  }
  std::sort(lines.begin(), lines.end(),
            [](const ExitLine& a, const ExitLine& b) { return a.status < b.status; });
  return lines;
}

}  // namespace commands
