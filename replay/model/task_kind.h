// What kind of thing a task is, beyond the word that the log has for it.
#pragma once

#include <string_view>

#include "replay/model/task.h"

namespace ari::replay {

// Task::kind of a thread of Tokio's scheduler. The log calls it "blocking", since the runtime
// starts its workers as blocking closures: in its one "poll" it polls all other tasks.
// In the console's semantics it keeps the log's word.
inline constexpr std::string_view kWorkerKind = "worker";

// Whether the task is a closure that runs once and is woken by nobody, a worker among them.
constexpr bool is_closure(std::string_view kind) noexcept {
  return kind == "blocking" || kind == kWorkerKind;
}

// Whether the log has what makes it runnable, so that how long it waited to be polled is a delay.
// Nobody wakes a closure; of what block_on drives, Tokio records no wakers, ari's runtime does.
inline bool is_woken_on_record(const Task& task) noexcept {
  if (task.kind == "block_on") return task.waker_clones > 0 || task.wakes > 0;
  return !is_closure(task.kind);
}

// Whether it is of kind worker, or of what the log calls "blocking" a worker: by its closure's
// type, or where the log does not tell that, by the place in Tokio's source where it was spawned.
bool is_worker_of_tokio(const Task& task) noexcept;

}  // namespace ari::replay
