#include "runtime/sync/blocking_wait.h"

#include "runtime/scheduler/builder.h"

namespace ari::sync {

const Handle& outside_of_runtimes() {
  // Never destroyed: a thread may wait while the process ends.
  static const auto& runtime = *new Runtime(
      Runtime::Builder::current_thread().blocked_after(std::chrono::nanoseconds(0)).build());
  static const auto& handle = *new Handle(runtime.handle());
  return handle;
}

}  // namespace ari::sync
