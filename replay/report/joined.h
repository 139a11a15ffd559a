// The tasks that a task waits for by joining them, in words and in JSON; the same in every view.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "replay/model/model.h"
#include "replay/report/json_writer.h"

namespace ari::replay {

// "child [7]", "any of 3 tasks: child [7], child [8], [9]"; with more than the log names "… and
// more". Safe to print.
std::string joined_text(const Model& model, const JoinWait& joins);

// "any of 3 tasks", "all of 3 tasks", "1 task".
std::string joined_count_text(const JoinWait& joins);

// What those do that the log names: "idle", or of several "2 idle, 1 running"; "not told" of what
// the log does not know.
std::string joined_states_text(const Model& model, const JoinWait& joins);

// `"joins":{"tasks":[7,8],"count":3,"needs_all":false}`, or null.
void member_joins(JsonWriter& json, const JoinWait* joins);
// That object.
void write_joins(JsonWriter& json, std::span<const SpanId> tasks, std::uint64_t count,
                 bool needs_all);

}  // namespace ari::replay
