// Findings that a reader takes for one: of one lint, equally certain, about tasks that were
// spawned at one place or, where the log does not tell it, go by one name but for numbers.
#pragma once

#include <string>
#include <vector>

#include "replay/lint/finding.h"
#include "replay/model/model.h"

namespace ari::replay {

// Never empty. The findings must outlive it.
using FindingGroup = std::vector<const Finding*>;

// In order of each group's first finding.
std::vector<FindingGroup> group_findings(const Model& model, const Findings& findings);

// The tasks of a group, each once, in order of appearance.
std::vector<const Task*> tasks_of(const Model& model, const FindingGroup& group);

// The finding that stands for the group: the worst, of equals the first.
const Finding& spokesman(const FindingGroup& group);

// "a [7], the worst: " if it speaks for others that say something else; else nothing. Safe
// to print.
std::string whose_text(const Model& model, const FindingGroup& group);

// The group's tasks by their labels, the first few of many: "a [1], b [2] and 7 more". Safe
// to print.
std::string labels_text(const std::vector<const Task*>& tasks);

// "run.jsonl:41-57": the log lines behind a finding. Safe to print.
std::string lines_text(const Coverage& coverage, const Finding& finding);

}  // namespace ari::replay
