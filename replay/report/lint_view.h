// Findings one by one: `ari-replay lint`.
#pragma once

#include <string>
#include <vector>

#include "replay/lint/finding.h"
#include "replay/lint/lint_settings.h"
#include "replay/model/model.h"
#include "replay/report/json_writer.h"
#include "replay/report/text_style.h"

namespace ari::replay {

// Whether the finding fails the run: its lint is denied, and it is certain enough.
bool is_denied(const Finding& finding, const LintSettings& settings);

// What a log lacks that any lint would need, and how to get it: tasks, or their polls. Empty if it
// has both.
std::string nothing_to_look_at(const Model& model);

// Whether any finding is denied, or there was nothing to look at: exit status 1.
bool fails(const Model& model, const std::vector<Finding>& findings, const LintSettings& settings);

// Each finding with the task, the log lines behind it and what it says, those of a group
// (lint_groups.h) together; then their count and what it means for the exit status.
void lint_text(const Model& model, const std::vector<Finding>& findings,
               const LintSettings& settings, const TextStyle& style, std::string& out);

// {"version","semantics","coverage","findings":[…]}; refuted ones always included.
void lint_json(const Model& model, const std::vector<Finding>& findings, std::string& out);

// One finding as text, for lint; or, indented, for a task's own view: without the task, or with its
// name where the finding is about another one first.
enum class FindingParts : std::uint8_t { kAll, kWithName, kWithoutTask };
void append_finding(const Model& model, const Finding& finding, FindingParts parts,
                    const TextStyle& style, std::string& out);

// One finding's object.
void write_finding(JsonWriter& json, const Model& model, const Finding& finding);

}  // namespace ari::replay
