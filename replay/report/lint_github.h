// Findings as workflow commands of GitHub Actions, which shows them beside the code:
//
//   ::error file=src/main.rs,line=6,col=37,title=lost-waker (definite)::sleep once [7]: lost …
//
// What fails the run is an error, other findings are warnings, refuted ones notices. Few of
// these are shown for a step, so findings about tasks of one place are told together.
#pragma once

#include <string>

#include "replay/lint/lint_settings.h"
#include "replay/model/model.h"

namespace ari::replay {

void lint_github(const Model& model, const Findings& findings, const LintSettings& settings,
                 std::string& out);

}  // namespace ari::replay
