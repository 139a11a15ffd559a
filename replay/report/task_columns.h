// The columns that a table of tasks can have.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "replay/input/coverage.h"
#include "replay/model/task.h"
#include "replay/report/table.h"
#include "replay/result.h"

namespace ari::replay {

// What a cell may need beside its task.
struct TaskCellContext {
  const std::vector<std::string_view>& warnings;  // of the task
  const Coverage& coverage;
  std::string log;  // short name of the log that it begins in, safe to print
};

struct TaskColumn {
  std::string_view name;  // as typed after --columns
  Column column;
  bool is_usual;  // in the table if no columns are asked for
  Cell (*cell)(const Task& task, const TaskCellContext& context);
};

std::span<const TaskColumn> task_columns();

// "name,polls,busy" as indices in task_columns(). The error names the word that is none.
Result<std::vector<std::size_t>> parse_task_columns(std::string_view text);

}  // namespace ari::replay
