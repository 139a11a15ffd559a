// What the line that begins a task's span says of the task.
#pragma once

#include "replay/model/task.h"
#include "subscriber/record.h"

namespace ari::replay {

// Takes name, kind, location and the other fields from the record of the span's beginning.
void identify(const subscriber::Record& record, Task& task);

}  // namespace ari::replay
