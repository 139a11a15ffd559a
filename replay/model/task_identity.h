// What the line that begins a task's span says of the task.
#pragma once

#include "replay/model/task.h"
#include "replay/model/text_pool.h"
#include "subscriber/record.h"

namespace ari::replay {

// Takes name, kind, location and the other fields from the record of the span's beginning.
// The location lives in `texts`.
void identify(const subscriber::Record& record, TextPool& texts, Task& task);

// The record's field task.id.
std::optional<std::uint64_t> task_id_of(const subscriber::Record& record);

}  // namespace ari::replay
