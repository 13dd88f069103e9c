#pragma once

// The one place that knows which Catch2 this is: a later version 3 touches this file alone.
#include <catch2/catch.hpp>
