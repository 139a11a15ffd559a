// All about one task: `ari-replay task`.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "replay/lint/finding.h"
#include "replay/model/model.h"
#include "replay/report/text_style.h"
#include "replay/report/time_bound.h"

namespace ari::replay {

struct TaskOptions {
  std::optional<TimeBound> from;  // leaves out of its life what was over by then
  bool whole_life = false;        // all that is left of it, however much
};

// Both require that model.tasks[index] was watched while the log was folded.

// Who it is, its times and wakers, percentiles and histograms of its polls and delays,
// findings, and its life line by line: of long lives only the beginning and the end.
void task_text(const Model& model, const std::vector<Finding>& findings, std::size_t index,
               const TaskOptions& options, const TextStyle& style, std::string& out);

// {"version","semantics","coverage",
//  "task":{as in `tasks`,"first_poll","last_wake","poll_times":{…},"scheduled_times":{…}},
//  "outcome","parked_at","findings":[…],"life":[{"at","event",…}]}
void task_json(const Model& model, const std::vector<Finding>& findings, std::size_t index,
               const TaskOptions& options, std::string& out);

}  // namespace ari::replay
