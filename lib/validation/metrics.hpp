#pragma once

#include <map>
#include <string>
#include <vector>

namespace validation {

/// Values of Prometheus's text format by name with labels: `devices{site="a"}`.
using Metrics = std::map<std::string, double>;
Metrics parseMetrics(const std::string& text);

/// What differs by more than `tolerance` percent of the expected value, in words.
std::vector<std::string> metricDifferences(const Metrics& expected, const Metrics& found,
                                           double tolerance);

}  // namespace validation
