#pragma once

#include <vector>

#include "lib/core/json.hpp"
#include "lib/ports/trees.hpp"

// How the two halves write about trees; see words.hpp.
namespace remote {

core::Json toJson(const ports::Attributes& attributes);
ports::Attributes attributesOf(const core::Json& words);
core::Json toJson(const ports::Identity& identity);
ports::Identity identityOf(const core::Json& words);
core::Json toJson(const ports::AccessAnswer& answer);
ports::AccessAnswer answerOf(const core::Json& words);
core::Json toJson(const ports::WriteTrial& trial);
ports::WriteTrial trialOf(const core::Json& words);
core::Json toJson(const ports::AttributeChange& change);
std::vector<ports::AttributeChange> changesOf(const core::Json& words);

}  // namespace remote
