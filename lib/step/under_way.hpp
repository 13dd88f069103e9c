#pragma once

namespace step {

/// Whether this process has a run on its way: begun or taken up again, and not ended. For the
/// handler of a second stop signal, which does not wait and leaves the run unfinished; a handler
/// can reach nothing but what belongs to the whole process.
bool isUnderWay();
void setUnderWay(bool is);

}  // namespace step
