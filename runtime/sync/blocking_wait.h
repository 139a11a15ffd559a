// blocking_wait: runs a coroutine that only waits for ari::sync, and blocks the thread until
// its end. For the functions blocking_…() of channels.
//
// What happens elsewhere wakes the thread; it needs no runtime, and runs no other task. In logs
// it is a task of the kind "block_on", of a runtime that the process has for this alone.
#pragma once

#include <source_location>
#include <string_view>
#include <utility>

#include "runtime/scheduler/handle.h"

namespace ari::sync {

// Of that runtime, which nobody runs: no timer is ever due in it. Lives as long as the process.
const Handle& outside_of_runtimes();

// Throws what the coroutine throws, and std::logic_error on a thread that polls tasks, which
// says that `function` was called there, and what to do `instead`.
template <class T>
T blocking_wait(Task<T> wait, std::string_view function, std::string_view instead,
                std::source_location at) {
  scheduler::Scheduler::require_may_block(function, instead);
  return outside_of_runtimes().block_on(std::move(wait), at);
}

}  // namespace ari::sync
