// One screen on a whole run: `ari-replay summary`.
#pragma once

#include <string>
#include <vector>

#include "replay/lint/finding.h"
#include "replay/model/model.h"
#include "replay/report/text_style.h"

namespace ari::replay {

// Coverage, tasks, delays, the worst offenders, findings. The same run in two formats
// gives the same text but for the coverage, the log lines and the digits measured.
void summary_text(const Model& model, const std::vector<Finding>& findings, const TextStyle& style,
                  std::string& out);

// {"version","semantics","coverage",
//  "tasks":{"count","by_state":{…},"by_kind":{…},"by_outcome":{…} or null},
//  "resources","async_ops",  (null where the format does not tell)
//  "poll_times":{…},"scheduled_times":{…},
//  "worst":{"longest_polls":[…],"longest_scheduled":[…],"most_wakes":[…],"longest_blocked":[…]},
//  "findings":{"definite","provisional","refuted","by_lint":[{"lint","definite",…}]}}
void summary_json(const Model& model, const std::vector<Finding>& findings, std::string& out);

}  // namespace ari::replay
