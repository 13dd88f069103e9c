#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <string>
#include <vector>

#include "lib/config/instance.hpp"
#include "lib/hosts/parallel.hpp"
#include "lib/ports/world.hpp"

namespace service {

/// Calls `work` with the index of each service: those of one host one after the other, hosts side
/// by side in threads of their own (on the calling thread where there is one host alone). Gives one
/// error or none for each service; once a host can't be reached, or `work` failed there because of
/// the connection, the others on it have the same error and are not begun. Errors: interrupted.
std::vector<std::exception_ptr> sideBySide(
    ports::World& world, const config::Instance& instance,
    const std::vector<const config::ServiceSettings*>& services, const hosts::Limits& limits,
    const std::function<void(std::size_t)>& work);

/// What a core::Error says.
std::string inWords(const std::exception_ptr& error);

}  // namespace service
