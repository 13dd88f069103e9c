#pragma once

namespace support {

/// A loopback TCP port that nobody uses at this moment.
int freePort();

/// A loopback TCP port that takes connections (until this process ends) and never says a word.
int silentPort();

}  // namespace support
