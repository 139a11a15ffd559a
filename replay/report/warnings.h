// Which lints hold against which tasks, and how a view says so.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "replay/lint/finding.h"
#include "replay/report/text_style.h"

namespace ari::replay {

// For each task of the model, the names of the lints that hold against it: those with a
// definite or provisional finding, each once.
std::vector<std::vector<std::string_view>> warnings_by_task(const Model& model,
                                                            const std::vector<Finding>& findings);

// "! 2 tasks with findings: see ari-replay lint", below a view that marks them with a "!".
void append_warned(std::size_t tasks, const TextStyle& style, std::string& out);

}  // namespace ari::replay
