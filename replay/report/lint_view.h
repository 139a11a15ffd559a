// Findings one by one: `ari-replay lint`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "replay/lint/finding.h"
#include "replay/model/model.h"
#include "replay/report/json_writer.h"
#include "replay/report/text_style.h"

namespace ari::replay {

struct LintOptions {
  // The least certain status that fails the run (kDefinite is the most certain); nothing:
  // no finding does.
  std::optional<Status> deny = Status::kDefinite;
};

// Whether any finding is denied: exit status 1.
bool fails(const std::vector<Finding>& findings, const LintOptions& options) noexcept;

// Each finding with the task, the log lines behind it and what it says; then their count
// and what it means for the exit status.
void lint_text(const Model& model, const std::vector<Finding>& findings, const LintOptions& options,
               const TextStyle& style, std::string& out);

// {"version","semantics","coverage","findings":[…]}; refuted ones always included.
void lint_json(const Model& model, const std::vector<Finding>& findings, std::string& out);

// One finding as text; without its task, where that is what the whole view is about.
enum class FindingParts : std::uint8_t { kAll, kWithoutTask };
void append_finding(const Model& model, const Finding& finding, FindingParts parts,
                    const TextStyle& style, std::string& out);

// One finding's object.
void write_finding(JsonWriter& json, const Model& model, const Finding& finding);

}  // namespace ari::replay
