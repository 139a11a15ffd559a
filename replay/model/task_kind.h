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

// Whether it is of kind worker, or of what the log calls "blocking" a worker: by its closure's
// type, or where the log does not tell that, by the place in Tokio's source where it was spawned.
bool is_worker_of_tokio(const Task& task) noexcept;

}  // namespace ari::replay
