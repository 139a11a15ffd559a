// A task's life as a table: what happened to it, one line each.
#pragma once

#include <string>

#include "replay/model/model.h"
#include "replay/report/text_style.h"

namespace ari::replay {

// Requires: the task was watched.
void append_life(const Model& model, const Task& task, bool whole, const TextStyle& style,
                 std::string& out);

}  // namespace ari::replay
