// A task's life as a table: what happened to it, one line each.
#pragma once

#include <string>
#include <vector>

#include "replay/model/model.h"
#include "replay/report/task_view.h"
#include "replay/report/text_style.h"

namespace ari::replay {

// Both require that the task was watched.

// What happened to it, without what was over before `from`, if that is set.
std::vector<const LifeEvent*> life_from(const Model& model, const Task& task,
                                        const std::optional<TimeBound>& from);

// Its life as far as the options ask for it; nothing if that is nothing.
void append_life(const Model& model, const Task& task, const TaskOptions& options,
                 const TextStyle& style, std::string& out);

}  // namespace ari::replay
