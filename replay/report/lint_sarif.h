// Findings as SARIF 2.1.0 (OASIS), which code scanners and editors read.
//
// Each finding is a result at the place where its task was spawned, with the log lines as a
// related location; where the log does not tell the place, the log lines are its location.
// What fails the run is an error, other findings are warnings, refuted ones informational.
#pragma once

#include <string>
#include <string_view>

#include "replay/lint/lint_settings.h"
#include "replay/model/model.h"

namespace ari::replay {

// `version`: of this program.
void lint_sarif(const Model& model, const Findings& findings, const LintSettings& settings,
                std::string_view version, std::string& out);

}  // namespace ari::replay
