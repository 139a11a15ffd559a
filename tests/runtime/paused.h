// Runtimes for tests of what waits: their clock is paused, so that nobody does.
#pragma once

#include "runtime/ari.h"

namespace ari::test {

inline Runtime paused_runtime() {
  return Runtime::Builder::current_thread().start_paused(true).build();
}

}  // namespace ari::test
