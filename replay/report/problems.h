// What was wrong in an input, as messages for standard error:
//
//   ari-replay: run.jsonl:41:32: expected a number for "task_id", found a string
//     {"kind":"poll_start","task_id":"7"}
//                                    ^
#pragma once

#include <string>

#include "replay/input/coverage.h"

namespace ari::replay {

// The first few problems, and how many more there are; nothing if there are none.
void append_problems(const Coverage& coverage, std::string& out);

}  // namespace ari::replay
