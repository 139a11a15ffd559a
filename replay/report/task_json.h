// A task as JSON: the members that `tasks` and `task` share.
#pragma once

#include <string_view>
#include <vector>

#include "replay/model/model.h"
#include "replay/report/json_writer.h"

namespace ari::replay {

// "id" to "fields", into an object that is open.
void write_task_members(JsonWriter& json, const Task& task, const Coverage& coverage,
                        const std::vector<std::string_view>& warnings);

// The names of the lints that hold against it.
void member_warnings(JsonWriter& json, const std::vector<std::string_view>& warnings);

}  // namespace ari::replay
