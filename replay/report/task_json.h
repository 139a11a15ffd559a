// A task as JSON: the members that `tasks` and `task` share.
#pragma once

#include <string_view>
#include <vector>

#include "replay/lint/finding.h"
#include "replay/report/json_writer.h"

namespace ari::replay {

// For each task of the model, the names of the lints that hold against it: those with a
// definite or provisional finding, each once.
std::vector<std::vector<std::string_view>> warnings_by_task(const Model& model,
                                                            const std::vector<Finding>& findings);

// "id" to "fields", into an object that is open.
void write_task_members(JsonWriter& json, const Task& task, const Coverage& coverage,
                        const std::vector<std::string_view>& warnings);

}  // namespace ari::replay
