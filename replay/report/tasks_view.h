// The task table: `ari-replay tasks`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "replay/lint/finding.h"
#include "replay/model/model.h"
#include "replay/report/task_order.h"
#include "replay/report/text_style.h"
#include "replay/report/time_bound.h"
#include "replay/report/where.h"

namespace ari::replay {

struct TasksOptions {
  TaskOrder order = TaskOrder::kTotal;
  bool reversed = false;
  std::optional<TimeBound> from;  // leaves out what was gone by then
  std::optional<Where> where;     // leaves out tasks for which it does not hold
  // Text only: indices in task_columns(), from left to right; empty: the usual ones, as many
  // as there is room for.
  std::vector<std::size_t> columns;
};

// A line of counts, which is also the key to the signs; what the log lost; one row a task;
// which columns found no room.
void tasks_text(const Model& model, const std::vector<Finding>& findings,
                const TasksOptions& options, const TextStyle& style, std::string& out);

// {"version","semantics","coverage","tasks":[…]}
void tasks_json(const Model& model, const std::vector<Finding>& findings,
                const TasksOptions& options, std::string& out);

}  // namespace ari::replay
