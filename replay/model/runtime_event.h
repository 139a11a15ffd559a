// Events in which the runtime reports on a task: its budget is used up, its poll blocks a worker.
//
// Only ari's runtime writes them (targets runtime::coop and runtime::worker, FORMAT.md); and of a
// task that is never entered in a log of fmt's, what its `close` tells (target fmt::close).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "replay/model/task.h"
#include "subscriber/record.h"

namespace ari::replay {

// Whether this is such an event.
bool is_about_task(const subscriber::Record& record);

// The task that it names itself; else it is about the task in whose poll it happened.
std::optional<SpanId> told_task(const subscriber::Record& record);

// Whether it tells of one task in a dump that the program put on record, or of that one's end.
inline bool is_dump(const subscriber::Record& record) noexcept {
  return record.target == "runtime::dump";
}

// Adds it to what is known of its task. Requires: is_about_task(record).
void note(const subscriber::Record& record, LineNumber line, Task& task);

}  // namespace ari::replay
