#pragma once

#include <string>
#include <utility>
#include <vector>

namespace hosts {

/// Same answers told once: "12 hosts: active; db2: failed (exit status 3)". `answers` are pairs of
/// host and words, in the order in which they shall stand; the most frequent words come first. Up
/// to three hosts of the same words are named: "web1, web2: active".
std::string fold(const std::vector<std::pair<std::string, std::string>>& answers);

}  // namespace hosts
