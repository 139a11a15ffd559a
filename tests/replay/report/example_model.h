// A model built by hand, in which everything that a report can show occurs.
#pragma once

#include <string>
#include <vector>

#include "replay/lint/finding.h"
#include "replay/model/model.h"

namespace ari::replay {

// Six tasks: a healthy one, one that lost its waker, one still in its first poll, an
// unnamed blocking one, one cancelled whose name would drive a terminal, and one whose
// beginning is not in the log. Five resources, among them one made inside another, one that
// shows a child's attributes, and one whose beginning is not in the log. Async ops in every
// state. The log has lost events and skipped lines.
Model example_model();

// This place, there until the process ends, for tasks made by hand.
const SourceLocation* place(std::string file, std::uint32_t line, std::uint32_t column,
                            std::string function = "");

// A finding of each status, for the model above.
std::vector<Finding> example_findings();

}  // namespace ari::replay
