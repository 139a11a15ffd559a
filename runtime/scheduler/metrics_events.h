// A runtime's metrics on record: events of the target "runtime::metrics", one for the
// runtime and one for each worker. FORMAT.md lists them for readers of logs.
#pragma once

#include "runtime/scheduler/metrics.h"

namespace ari::scheduler::record {

// In no span, wherever the calling thread is.
void metrics(const RuntimeMetrics& metrics) noexcept;

}  // namespace ari::scheduler::record
